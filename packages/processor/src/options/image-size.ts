import { failInput } from "./fail.js";
import type { ImageOptions } from "./image-settings.js";
import { MAX_OUTPUT_SIDE } from "./size.js";

/**
 * The options that an input size of the model stands for: images of this size, masks of a quarter.
 *
 * @param imageSize  side of the model's square input in pixels, a multiple of 4 (the model itself wants more)
 * @throws {InputError} it is not
 */
export function optionsForImageSize(imageSize: number | undefined): ImageOptions {
  if (imageSize === undefined) return {};
  const isSide = Number.isInteger(imageSize) && imageSize >= 4 && imageSize <= MAX_OUTPUT_SIDE;
  if (!isSide || imageSize % 4 !== 0) {
    failInput("imageSize", `a multiple of 4 pixels, up to ${MAX_OUTPUT_SIDE}`, imageSize, "for example 1024");
  }
  return { size: imageSize, maskSize: imageSize / 4, defaultToSquare: true };
}
