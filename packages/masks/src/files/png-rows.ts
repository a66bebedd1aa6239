import { ImageError } from "@sam2js/core";

/**
 * Undoes the filters of a picture's rows, in place.
 *
 * @param raw    per row a byte that names its filter, and `line` bytes
 * @param pixel  bytes of a pixel, at least 1
 * @returns      rows · line bytes, a view of the same buffer
 * @throws {ImageError} a filter that does not exist
 * @see https://www.w3.org/TR/png-3/#9Filters
 */
export function unfilterRows(
  raw: Uint8Array,
  rows: number,
  line: number,
  pixel: number,
  name: string,
): Uint8Array {
  for (let row = 0; row < rows; row += 1) {
    const from = row * (line + 1);
    const filter = raw[from]!;
    const to = row * line;
    const above = to - line;
    if (filter > 4) {
      throw ImageError.expected(name, "a whole PNG", `a damaged row ${row}`, "copy or save it anew");
    }
    for (let i = 0; i < line; i += 1) {
      const left = i < pixel ? 0 : raw[to + i - pixel]!;
      const up = row === 0 ? 0 : raw[above + i]!;
      const corner = row === 0 || i < pixel ? 0 : raw[above + i - pixel]!;
      raw[to + i] = raw[from + 1 + i]! + predicted(filter, left, up, corner);
    }
  }
  return raw.subarray(0, rows * line);
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  return filter === 4 ? paeth(left, up, corner) : 0;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
