import { ImageError } from "../errors/errors.js";
import { checkMembers } from "../options/check-value.js";
import { describeValue } from "../options/describe-value.js";
import { createBreather } from "../work/breather.js";
import type { DecodeOptions, PixelImage, RgbImage } from "./image.js";
import { checkImageSize } from "./limits.js";

/** Pixels between two looks at the clock. */
const PIECE_PIXELS = 2 ** 20;

/**
 * Decoded pixels as RGB: grey is repeated, alpha is dropped or blended with white. RGB comes back without a copy. Long work gives way to
 * other work of the thread now and then.
 *
 * @param name  what messages call the image
 * @throws {ImageError} the size is not of whole pixels, or the data has another length
 * @throws `options.signal.reason` once it is aborted
 */
export async function rgbFromPixels(
  image: PixelImage,
  { alpha = "drop", signal }: DecodeOptions = {},
  name = "image",
): Promise<RgbImage> {
  checkPixels(image, name);
  const { data, width, height, channels = 4 } = image;
  if (channels === 3) return { data, width, height, channels };
  const pixels = width * height;
  const rgb = new Uint8Array(pixels * 3);
  const write = channels % 2 === 0 && alpha === "white" ? blendPixels : copyPixels;
  const breathe = createBreather(signal);
  for (let from = 0; from < pixels; from += PIECE_PIXELS) {
    await breathe();
    write(data, channels, rgb, from, Math.min(from + PIECE_PIXELS, pixels));
  }
  return { data: rgb, width, height, channels: 3 };
}

/**
 * Checks decoded pixels, whoever they come from.
 *
 * @param name  what messages call the image: `images[0]`
 * @throws {ImageError} no whole sides within the limits, not 1 to 4 channels, or another number of values
 */
export function checkPixels(image: PixelImage, name: string): void {
  checkMembers(image, name, "pixels with data, width, height and channels", "data");
  const { data, width, height, channels = 4 } = image;
  checkImageSize(width, height, name);
  if (![1, 2, 3, 4].includes(channels)) {
    const expected = "1 to 4 channels";
    const got = describeValue(channels);
    throw new ImageError(`${name}: expected ${expected}, got ${got}`, { name, expected, got: channels });
  }
  const expected = width * height * channels;
  const got = data.length;
  if (got === expected) return;
  const guess = got / (width * height);
  const next = [1, 2, 3, 4].includes(guess) ? `; say channels: ${guess}` : "";
  throw new ImageError(
    `${name}: expected ${width} x ${height} x ${channels} = ${expected} values, got ${got}${next}`,
    { name, width, height, channels, expected, got },
  );
}

function copyPixels(
  data: PixelImage["data"],
  channels: number,
  rgb: Uint8Array,
  begin: number,
  end: number,
): void {
  const [green, blue] = channels === 4 ? [1, 2] : [0, 0];
  for (let i = begin; i < end; i++) {
    rgb[3 * i] = data[channels * i] as number;
    rgb[3 * i + 1] = data[channels * i + green] as number;
    rgb[3 * i + 2] = data[channels * i + blue] as number;
  }
}

/**
 * The rounding of Pillow's `alpha_composite` on opaque white, which the reference uses: 7 more bits, then a division by 255 that rounds.
 */
function blendPixels(
  data: PixelImage["data"],
  channels: number,
  rgb: Uint8Array,
  begin: number,
  end: number,
): void {
  for (let i = begin; i < end; i++) {
    const alpha = data[channels * (i + 1) - 1] as number;
    for (let c = 0; c < 3; c++) {
      const color = data[channels * i + (channels === 4 ? c : 0)] as number;
      const sum = 128 * (color * alpha + 255 * (255 - alpha)) + 0x4000;
      rgb[3 * i + c] = (sum + (sum >> 8)) >> 15;
    }
  }
}
