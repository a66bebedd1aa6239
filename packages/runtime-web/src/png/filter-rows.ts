/** PNG's filter types. */
const NONE = 0;
const SUB = 1;
const UP = 2;

/**
 * Rows as PNG stores them, each behind its filter type. Of the filters none, sub and up, each row gets the one whose bytes have the
 * smallest sum of absolute values, as the specification advises (§12.7).
 *
 * @param bytesPerPixel  1 to 4
 * @param isFiltered     false for palette indices, whose differences say nothing
 */
export function filterRows(
  data: Uint8Array | Uint8ClampedArray,
  rowBytes: number,
  bytesPerPixel: number,
  isFiltered: boolean,
): Uint8Array<ArrayBuffer> {
  const height = data.length / rowBytes;
  const rows = new Uint8Array(height * (rowBytes + 1));
  for (let y = 0; y < height; y++) {
    const from = y * rowBytes;
    const filter = isFiltered ? bestFilter(data, from, rowBytes, bytesPerPixel, y > 0) : NONE;
    const to = y * (rowBytes + 1);
    rows[to] = filter;
    const distance = filter === UP ? rowBytes : bytesPerPixel;
    for (let x = 0; x < rowBytes; x++) {
      const value = data[from + x] as number;
      const before =
        filter === NONE || (filter === SUB && x < bytesPerPixel) ? 0 : (data[from + x - distance] as number);
      rows[to + 1 + x] = value - before;
    }
  }
  return rows;
}

function bestFilter(
  data: Uint8Array | Uint8ClampedArray,
  from: number,
  rowBytes: number,
  bytesPerPixel: number,
  hasUp: boolean,
): number {
  const sums = [0, 0, hasUp ? 0 : Number.POSITIVE_INFINITY] as [number, number, number];
  for (let x = 0; x < rowBytes; x++) {
    const value = data[from + x] as number;
    sums[NONE] += magnitude(value);
    sums[SUB] += magnitude(value - (x < bytesPerPixel ? 0 : (data[from + x - bytesPerPixel] as number)));
    if (hasUp) sums[UP] += magnitude(value - (data[from + x - rowBytes] as number));
  }
  return sums.indexOf(Math.min(...sums));
}

/** Of a byte that is taken as a signed number. */
function magnitude(difference: number): number {
  const byte = difference & 255;
  return byte < 128 ? byte : 256 - byte;
}
