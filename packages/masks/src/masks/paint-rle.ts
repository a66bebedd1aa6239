import { checkRle } from "./check-rle.js";
import { checkBitmap } from "./connected-components.js";
import type { Rle } from "./run-lengths.js";

/**
 * Sets the pixels inside to 1, row by row. Only rows where a column differs from the one before are looked at, and what lies between is filled at
 * once: time grows with the outline of a mask, as where it is traced.
 *
 * @param bits  height · width values; those outside are left as they are
 */
export function paintRle(rle: Rle, bits: Uint8Array): void {
  checkRle(rle);
  const {
    size: [height, width],
    counts,
  } = rle;
  checkBitmap(bits, width, height);
  /** Column from which on a row is inside; −1 outside. */
  const since = new Int32Array(height).fill(-1);
  /** Rows at which the last column and this one change sides, ascending. */
  let before = new Int32Array(height + 2);
  let here = new Int32Array(height + 2);
  let beforeCount = 0;
  let run = 0;
  let left = counts[0] ?? 0;
  for (let x = 0; x <= width; x += 1) {
    let hereCount = 0;
    for (let y = 0; y < height && x < width; ) {
      while (left === 0) left = counts[++run]!;
      const length = Math.min(left, height - y);
      if (run & 1) {
        if (hereCount > 0 && here[hereCount - 1] === y) hereCount -= 1;
        else here[hereCount++] = y;
        here[hereCount++] = y + length;
      }
      y += length;
      left -= length;
    }
    // Both lists merged, in pairs, are the stretches where the columns differ.
    let [a, b, from] = [0, 0, -1];
    while (a < beforeCount || b < hereCount) {
      const isBefore = b >= hereCount || (a < beforeCount && before[a]! <= here[b]!);
      const y = isBefore ? before[a++]! : here[b++]!;
      if (from < 0) {
        from = y;
        continue;
      }
      for (let row = from; row < y; row += 1) {
        if (since[row]! < 0) {
          since[row] = x;
        } else {
          bits.fill(1, row * width + since[row]!, row * width + x);
          since[row] = -1;
        }
      }
      from = -1;
    }
    [before, here] = [here, before];
    beforeCount = hereCount;
  }
}
