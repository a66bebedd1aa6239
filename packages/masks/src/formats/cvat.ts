import { checkSize, describeValue, InputError } from "@sam2js/core";
import { Mask } from "../masks/mask.js";
import { rleBox } from "../masks/rle.js";
import { walkRows } from "../masks/rle-rows.js";
import { cropRle, padRle } from "../masks/rle-window.js";
import type { Rle } from "../masks/run-lengths.js";

/**
 * A mask as the `points` of a CVAT shape of type `"mask"`: run lengths inside its box, row by row, pixels outside first, then the box x0, y0, x1, y1
 * in pixels, the last pixels inside. An empty mask is one pixel outside.
 *
 * @see `encode_mask` of cvat-sdk 2.80.0, whose numbers the tests have
 */
export function toCvatMask(mask: Rle): number[] {
  const [x0, y0, x1, y1] = rleBox(mask);
  const points: number[] = [];
  let side = false;
  let length = 0;
  walkRows(cropRle(mask, [x0, y0, x1 + 1, y1 + 1]), (inside, run) => {
    if (inside !== side) {
      points.push(length);
      length = 0;
      side = inside;
    }
    length += run;
  });
  points.push(length, x0, y0, x1, y1);
  return points;
}

/**
 * The mask that {@link toCvatMask} or CVAT wrote.
 *
 * @param size  [height, width] of the image in pixels
 * @throws {InputError} no whole numbers, a box outside the image, or run lengths that do not fill it
 */
export function fromCvatMask(points: readonly number[], size: readonly [number, number]): Mask {
  if (!Array.isArray(points)) throw InputError.expected("points", "a list of numbers", describeValue(points));
  checkSize(size);
  const counts = points.slice(0, -4);
  const [x0 = 0, y0 = 0, x1 = -1, y1 = -1] = points.slice(-4);
  const [height, width] = [y1 - y0 + 1, x1 - x0 + 1];
  const isWhole = points.every((value) => Number.isSafeInteger(value) && value >= 0);
  if (points.length < 5 || !isWhole || height < 1 || width < 1 || y1 >= size[0] || x1 >= size[1]) {
    const got = describeValue(points.slice(-4));
    throw InputError.expected("points", `run lengths and a box within [${size}] ([height, width])`, got);
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total !== height * width)
    throw InputError.expected("points", `run lengths of ${width} x ${height} pixels`, total);
  const bits = new Uint8Array(total);
  let at = 0;
  for (const [index, count] of counts.entries()) {
    if (index & 1) bits.fill(1, at, at + count);
    at += count;
  }
  const inner = Mask.fromBitmap({ type: "uint8", data: bits, dims: [height, width] });
  return new Mask(padRle(inner, x0, y0, size));
}
