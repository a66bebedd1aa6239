import { ImageError } from "@sam2js/core";

/**
 * Undoes the filter of a row, in place.
 *
 * @param row    a byte that names the filter, and the row's bytes
 * @param above  the row above without its filter; zeros above the first
 * @param pixel  bytes of a pixel, at least 1
 * @returns      the row's bytes, a view of the same buffer
 * @throws {ImageError} a filter that does not exist
 * @see https://www.w3.org/TR/png-3/#9Filters
 */
export function unfilterRow(row: Uint8Array, above: Uint8Array, pixel: number, name: string): Uint8Array {
  const filter = row[0]!;
  const own = row.subarray(1);
  if (filter > 4) throw ImageError.expected(name, "a whole PNG", "a damaged row", "copy or save it anew");
  if (filter === 0) return own;
  for (let i = 0; i < own.length; i += 1) {
    const isFirst = i < pixel;
    const left = isFirst ? 0 : own[i - pixel]!;
    const corner = isFirst ? 0 : above[i - pixel]!;
    own[i] = own[i]! + predicted(filter, left, above[i]!, corner);
  }
  return own;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  return filter === 3 ? (left + up) >> 1 : paeth(left, up, corner);
}

function paeth(left: number, up: number, corner: number): number {
  const a = Math.abs(up - corner);
  const b = Math.abs(left - corner);
  const c = Math.abs(left + up - 2 * corner);
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
