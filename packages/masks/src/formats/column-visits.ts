import { checkRle } from "../masks/check-rle.js";
import type { Rle } from "../masks/run-lengths.js";

/** Visits the pixels inside a mask as vertical stretches: rows `top` to `bottom` (exclusive) of column `x`. */
export function visitColumns(rle: Rle, visit: (x: number, top: number, bottom: number) => void): void {
  checkRle(rle);
  const {
    size: [height],
    counts,
  } = rle;
  let position = 0;
  for (let i = 0; i < counts.length; i++) {
    const end = position + counts[i]!;
    if (i & 1) {
      let x = Math.floor(position / height);
      let top = position - x * height;
      for (let left = end - position; left > 0; x++, top = 0) {
        const bottom = Math.min(height, top + left);
        left -= bottom - top;
        visit(x, top, bottom);
      }
    }
    position = end;
  }
}
