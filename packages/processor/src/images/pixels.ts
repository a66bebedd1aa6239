import { describeValue, ImageError, InputError, type PixelImage } from "@sam2js/core";
import type { ByteImage } from "../resize/resize-rows.js";

/**
 * Checks decoded pixels, whoever they come from.
 *
 * @param name  what messages call the image: `images[0]`
 * @throws {ImageError} sides are not whole numbers >= 1, or the data has not width · height · channels bytes
 */
export function toByteImage(image: PixelImage, name: string): ByteImage {
  const { data, width, height } = image;
  const channels = image.channels ?? 4;
  if (![width, height].every((side) => Number.isSafeInteger(side) && side >= 1)) {
    throw new ImageError(`${name}: expected width and height in whole pixels, got ${width} x ${height}`, {
      name,
      width,
      height,
    });
  }
  if (![1, 2, 3, 4].includes(channels)) {
    throw new ImageError(`${name}: expected 1 to 4 channels, got ${describeValue(channels)}`, {
      name,
      channels,
    });
  }
  if (data.length !== width * height * channels) {
    const guess = data.length / (width * height);
    const next = [1, 2, 3, 4].includes(guess) ? `; say channels: ${guess}` : "";
    throw new ImageError(
      `${name}: expected ${width} x ${height} x ${channels} = ${width * height * channels} bytes, got ${data.length}${next}`,
      { name, width, height, channels, length: data.length },
    );
  }
  return { data, width, height, stride: channels, channels };
}

/**
 * The colour channels only: alpha is skipped over, not copied out.
 */
export function dropAlpha(image: ByteImage): ByteImage {
  const colours = image.channels > 2 ? 3 : 1;
  return { ...image, channels: colours };
}

/** Explains that something cannot be taken as an image without a decoder. */
export function undecodable(source: unknown, name: string): InputError {
  return new InputError(
    `${name}: expected decoded pixels { data, width, height, channels }, got ${describeValue(source)}; give the processor a runtime ({ runtime: createNodeRuntime() }) and it decodes files, URLs and bytes`,
    { name },
  );
}
