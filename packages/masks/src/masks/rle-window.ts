import { checkMembers, checkSize, InputError } from "@sam2js/core";
import { checkRle } from "./check-rle.js";
import { RleBuilder } from "./rle-builder.js";
import { columnRuns } from "./rle-runs.js";
import type { Rle } from "./run-lengths.js";

/**
 * Places a mask inside a larger image, for example one found in a crop; what is around it is outside.
 *
 * @param left  pixels of the image left of the mask
 * @param top  pixels of the image above the mask
 * @param size       [height, width] of the image
 * @throws {InputError} the mask does not lie within the image
 */
export function padRle(rle: Rle, left: number, top: number, size: readonly [number, number]): Rle {
  checkRle(rle);
  checkSize(size);
  const [height, width] = rle.size;
  const [fullHeight, fullWidth] = size;
  if (!(left >= 0) || !(top >= 0) || left + width > fullWidth || top + height > fullHeight) {
    throw InputError.expected(
      "mask",
      `[${rle.size}] to lie within an image of [${size}] ([height, width])`,
      `it at (${left}, ${top})`,
    );
  }
  if (height === fullHeight && width === fullWidth) return rle;
  const { offsets, starts, ends } = columnRuns(rle);
  const builder = new RleBuilder();
  builder.add(false, left * fullHeight);
  for (let x = 0; x < width; x++) {
    let y = -top;
    for (let run = offsets[x]!; run < offsets[x + 1]!; run++) {
      builder.add(false, starts[run]! - y);
      builder.add(true, ends[run]! - starts[run]!);
      y = ends[run]!;
    }
    builder.add(false, fullHeight - top - y);
  }
  builder.add(false, (fullWidth - left - width) * fullHeight);
  return { size: [fullHeight, fullWidth], counts: builder.finish() };
}

/**
 * Cuts a window out of a mask.
 *
 * @param box  [x0, y0, x1, y1] in pixels, x1 and y1 exclusive, within the mask
 * @throws {InputError} the box is not within the mask
 */
export function cropRle(rle: Rle, box: readonly [number, number, number, number]): Rle {
  checkRle(rle);
  const expected = `x0, y0, x1, y1 within a mask of [${rle.size}] ([height, width])`;
  checkMembers(box, "box", expected, "length");
  const [x0, y0, x1, y1] = box;
  const isWithin = x0 >= 0 && y0 >= 0 && x1 >= x0 && y1 >= y0 && x1 <= rle.size[1] && y1 <= rle.size[0];
  if (!isWithin) throw InputError.expected("box", expected, box);
  const { offsets, starts, ends } = columnRuns(rle);
  const builder = new RleBuilder();
  for (let x = x0; x < x1; x++) {
    let y = y0;
    for (let run = offsets[x]!; run < offsets[x + 1]!; run++) {
      const start = Math.max(y, starts[run]!);
      const end = Math.min(y1, ends[run]!);
      if (end <= start) continue;
      builder.add(false, start - y);
      builder.add(true, end - start);
      y = end;
    }
    builder.add(false, y1 - y);
  }
  return { size: [y1 - y0, x1 - x0], counts: builder.finish() };
}
