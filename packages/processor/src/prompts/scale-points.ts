import { checkMembers, checkSize, POINT_LABEL } from "@sam2js/core";
import type { OriginalSize } from "./original-sizes.js";

/**
 * Scales (x, y) pairs in place: x · targetSize / width, y · targetSize / height. A point with -10 as x or y is taken for padding and stays, as
 * in the reference.
 */
export function scalePoints(xy: Float32Array, size: OriginalSize, targetSize: number): void {
  checkPoints(xy, size);
  const [height, width] = size;
  const [scaleX, scaleY] = [scale(width, targetSize), scale(height, targetSize)];
  for (let at = 0; at < xy.length; at += 2) {
    const [x, y] = [xy[at]!, xy[at + 1]!];
    if (x === POINT_LABEL.padding || y === POINT_LABEL.padding) continue;
    xy[at] = x * scaleX;
    xy[at + 1] = y * scaleY;
  }
}

/** As {@link scalePoints}, for corners of boxes, which have no padding. */
export function scaleCorners(xy: Float32Array, size: OriginalSize, targetSize: number): void {
  checkPoints(xy, size);
  const [height, width] = size;
  const scales = [scale(width, targetSize), scale(height, targetSize)] as const;
  for (let at = 0; at < xy.length; at += 1) xy[at]! *= scales[(at % 2) as 0 | 1];
}

/** As in the reference, the target times a float32 reciprocal, which may be one bit off the quotient. */
function scale(side: number, target: number): number {
  return Math.fround(Math.fround(1 / side) * Math.fround(target));
}

function checkPoints(xy: Float32Array, size: OriginalSize): void {
  checkMembers(xy, "xy", "x, y, x, y, … in a Float32Array", "length");
  checkSize(size);
}
