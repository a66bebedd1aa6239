import { InputError } from "@sam2js/core";
import type { Rle } from "../masks/run-lengths.js";

/** @throws {InputError} a mask is not of the image's size [height, width] */
export function checkMaskSizes(masks: readonly Rle[], [height, width]: readonly [number, number]): void {
  masks.forEach(({ size }, index) => {
    if (size[0] === height && size[1] === width) return;
    throw InputError.expected(
      `masks[${index}]`,
      `a mask of [${height}, ${width}] ([height, width], as the image)`,
      size,
      "padRle and cropRle change sizes",
    );
  });
}
