import { checkOptions, ImageError, InputError, type PixelImage, type PngSource } from "@sam2js/core";
import { rleArea, rleBox } from "../masks/rle.js";
import type { Rle } from "../masks/run-lengths.js";
import { checkMaskSizes } from "./check-size.js";
import { visitColumns } from "./column-visits.js";

/** An object without its background. */
export interface CutOut extends PngSource {
  /** RGBA: alpha is 255 inside the mask; outside, all four are 0. */
  readonly channels: 4;
  /** Where in the image it was: [x0, y0, x1, y1] in pixels, x1 and y1 exclusive. */
  readonly region: readonly [number, number, number, number];
}

/**
 * Cuts an object out of its image: RGBA pixels of the mask's box, transparent outside the mask.
 *
 * @param image            grey, RGB or RGBA pixels, upright; its own alpha is ignored
 * @param options.padding  pixels to leave around the box, as far as the image reaches. Default 0
 * @throws {InputError} the mask is empty or not of the image's size
 * @throws {ImageError} the image has not 1, 3 or 4 channels
 */
export function toCutOut(image: PixelImage, mask: Rle, options: { readonly padding?: number } = {}): CutOut {
  checkOptions(options, ["padding"], "toCutOut options");
  const { padding = 0 } = options;
  const { data: source, width: fullWidth, height: fullHeight } = image;
  checkMaskSizes([mask], [fullHeight, fullWidth]);
  if (rleArea(mask) === 0)
    throw InputError.expected("mask", "pixels to cut out", "an empty mask", "leave it out");
  const channels = source.length / (fullWidth * fullHeight);
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw ImageError.expected("image", `1, 3 or 4 channels of ${fullWidth} x ${fullHeight} pixels`, channels);
  }
  const around = Math.max(0, Math.round(padding));
  const box = rleBox(mask);
  const [left, top] = [Math.max(0, box[0] - around), Math.max(0, box[1] - around)];
  const right = Math.min(fullWidth, box[2] + 1 + around);
  const bottom = Math.min(fullHeight, box[3] + 1 + around);
  const [width, height] = [right - left, bottom - top];
  const data = new Uint8Array(4 * width * height);
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  visitColumns(mask, (x, start, end) => {
    for (let y = start; y < end; y++) {
      const from = channels * (y * fullWidth + x);
      const to = 4 * ((y - top) * width + x - left);
      data[to] = source[from]!;
      data[to + 1] = source[from + green]!;
      data[to + 2] = source[from + blue]!;
      data[to + 3] = 255;
    }
  });
  return { data, width, height, channels: 4, region: [left, top, right, bottom] };
}
