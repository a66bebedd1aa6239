import { ImageError } from "../errors/errors.js";
import type { PixelImage, RgbImage } from "./image.js";

/**
 * Decoded pixels as RGB: grey is repeated, alpha is dropped (not blended), as the reference's examples do by `.convert("RGB")`.
 * RGB comes back without a copy.
 *
 * @throws {ImageError} the size is not of whole pixels, or the data has another length
 */
export function rgbFromPixels(image: PixelImage): RgbImage {
  const { data, width, height, channels = 4 } = image;
  const isSize = Number.isSafeInteger(width) && Number.isSafeInteger(height) && width > 0 && height > 0;
  const isKnown = channels === 1 || channels === 2 || channels === 3 || channels === 4;
  if (!isSize || !isKnown || data.length !== width * height * channels) {
    throw new ImageError(
      `image: expected width · height · channels values (1 to 4 channels, 4 if not said), got ${data.length} for ` +
        `${width} x ${height} x ${channels}; give the channels that the data has`,
      { width, height, channels, expected: width * height * channels, got: data.length },
    );
  }
  if (channels === 3) return { data, width, height, channels };
  const pixels = width * height;
  const rgb = new Uint8Array(pixels * 3);
  const [green, blue] = channels === 4 ? [1, 2] : [0, 0];
  for (let i = 0; i < pixels; i++) {
    rgb[3 * i] = data[channels * i] as number;
    rgb[3 * i + 1] = data[channels * i + green] as number;
    rgb[3 * i + 2] = data[channels * i + blue] as number;
  }
  return { data: rgb, width, height, channels: 3 };
}
