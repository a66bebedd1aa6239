import { TIFF_TAG, tiffTags } from "./tiff-tags.js";

/**
 * How EXIF data says that a picture must be turned: 1 upright, 2 to 4 mirrored or upside down, 5 to 8 lying on a side. 1 where it says nothing valid.
 *
 * @param exif  a TIFF file, with JPEG's marker before it or without
 * @see Exif 2.32, tag 0x0112
 */
export function exifOrientation(exif: Uint8Array): number {
  const isMarked = String.fromCharCode(...exif.subarray(0, 4)) === "Exif"; // some writers put JPEG's marker before it
  const orientation = tiffTags(isMarked ? exif.subarray(6) : exif).get(TIFF_TAG.orientation) ?? 1;
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

/** Whether a picture is wider upright than it is high as it lies, and the other way round. */
export const isLying = (orientation: number): boolean => orientation >= 5;
const isFlippedX = (orientation: number): boolean => [2, 3, 7, 8].includes(orientation);
const isFlippedY = (orientation: number): boolean => [3, 4, 6, 7].includes(orientation);

/**
 * What brings a picture of this size upright on a canvas: x′ = a·x + c·y + e, y′ = b·x + d·y + f.
 *
 * @param orientation  1 to 8, as EXIF numbers it
 * @returns [a, b, c, d, e, f]
 */
export function turnMatrix(
  orientation: number,
  width: number,
  height: number,
): [a: number, b: number, c: number, d: number, e: number, f: number] {
  const [signX, shiftX] = isFlippedX(orientation) ? [-1, width] : [1, 0];
  const [signY, shiftY] = isFlippedY(orientation) ? [-1, height] : [1, 0];
  return isLying(orientation) ? [0, signX, signY, 0, shiftY, shiftX] : [signX, 0, 0, signY, shiftX, shiftY];
}

/** Samples of a picture, row by row, `channels` of a pixel beside each other. */
interface Samples {
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/**
 * Turns or mirrors pixels.
 *
 * @param orientation  1 to 8, as EXIF numbers it
 * @returns            the image itself where it stands upright
 */
export function turnPixels<T extends Samples>(image: T, orientation: number): T {
  if (orientation === 1) return image;
  const { channels } = image;
  const lies = isLying(orientation);
  const [width, height] = lies ? [image.height, image.width] : [image.width, image.height];
  const [flipsX, flipsY] = [isFlippedX(orientation), isFlippedY(orientation)];
  const data = image.data.slice();
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [column, row] = lies ? [y, x] : [x, y];
      const pixel =
        (flipsY ? image.height - 1 - row : row) * image.width + (flipsX ? image.width - 1 - column : column);
      for (let from = channels * pixel, end = from + channels; from < end; from++, to++)
        data[to] = image.data[from] as number;
    }
  }
  return { ...image, data, width, height };
}
