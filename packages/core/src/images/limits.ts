import { ImageError } from "../errors/errors.js";

/** Longest side of an image in pixels: the most that common decoders take, and a limit to what is allocated for a mask. */
export const MAX_IMAGE_SIDE = 2 ** 16;

/** Most pixels of an image: about the largest photos there are (23 000 x 23 000); as RGB 1.5 GB. */
export const MAX_IMAGE_PIXELS = 512_000_000;

/** Most bytes of an image file, so that an answer without end fills no memory: 512 million grey pixels fit, uncompressed. */
export const MAX_IMAGE_FILE_BYTES = 2 ** 29;

/**
 * Checks the size that a file or a caller says an image has, before anything is allocated for it.
 *
 * @param name  what messages call the image
 * @throws {ImageError} a side is no whole number from 1 to {@link MAX_IMAGE_SIDE}, or there are more than {@link MAX_IMAGE_PIXELS}
 */
export function checkImageSize(width: number, height: number, name: string): void {
  const got = `${width} x ${height}`;
  if (![width, height].every((side) => Number.isSafeInteger(side) && side >= 1 && side <= MAX_IMAGE_SIDE)) {
    const expected = `width and height in whole pixels, 1 to ${MAX_IMAGE_SIDE}`;
    const next = width * height > 1 ? "; cut it into pieces, or make it smaller" : "";
    throw new ImageError(`${name}: expected ${expected}, got ${got}${next}`, { name, expected, got });
  }
  if (width * height > MAX_IMAGE_PIXELS) {
    const expected = `at most ${MAX_IMAGE_PIXELS} pixels`;
    throw ImageError.expected(name, expected, got, "make it smaller");
  }
}

/** @throws {ImageError} an image file is larger than {@link MAX_IMAGE_FILE_BYTES} */
export function checkImageFileSize(sizeBytes: number, name: string): void {
  if (sizeBytes <= MAX_IMAGE_FILE_BYTES) return;
  const expected = `an image file of at most ${MAX_IMAGE_FILE_BYTES} bytes`;
  throw new ImageError(`${name}: expected ${expected}, got ${sizeBytes} or more; save it as JPEG`, {
    name,
    expected,
    got: sizeBytes,
  });
}
