import { describeValue, InputError } from "@sam2js/core";
import { checkRle } from "../masks/check-rle.js";
import { combineRle } from "../masks/rle-operations.js";
import { columnRuns, rleFromColumnRuns } from "../masks/rle-runs.js";
import { cropRle, padRle } from "../masks/rle-window.js";
import type { Rle } from "../masks/run-lengths.js";

/**
 * The pixels whose square neighbourhood lies inside the mask and inside the image.
 *
 * @param radius  half the side of the square, in whole pixels
 */
export function erodeRle(mask: Rle, radius: number): Rle {
  checkRle(mask);
  if (!Number.isSafeInteger(radius)) {
    throw InputError.expected("radius", "a whole number of pixels", describeValue(radius));
  }
  if (radius <= 0) return mask;
  const [height, width] = mask.size;
  const { offsets, starts, ends } = columnRuns(mask);
  // Up and down: every run loses `radius` pixels at both ends.
  const isLong = (run: number) => ends[run]! - starts[run]! > 2 * radius;
  const shorter = rleFromColumnRuns(
    {
      offsets,
      starts: starts.map((start) => start + radius),
      ends: ends.map((end) => Math.max(0, end - radius)),
    },
    mask.size,
    isLong,
  );
  // Left and right: what stays under shifts to either side; from beyond the image comes the outside.
  let result = shorter;
  for (let shift = 1; shift <= radius; shift++) {
    if (shift >= width) return { size: mask.size, counts: Uint32Array.of(height * width) };
    const left = padRle(cropRle(shorter, [shift, 0, width, height]), 0, 0, mask.size);
    const right = padRle(cropRle(shorter, [0, 0, width - shift, height]), shift, 0, mask.size);
    result = combineRle(combineRle(result, left, "and"), right, "and");
  }
  return result;
}

/** The pixels of a mask within `thickness` whole pixels of its border, or of the image's. */
export function outlineRle(mask: Rle, thickness: number): Rle {
  return combineRle(mask, erodeRle(mask, thickness), "subtract");
}
