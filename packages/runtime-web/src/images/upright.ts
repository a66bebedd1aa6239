import { type RgbImage, TIFF_TAG, tiffTags } from "@sam2js/core";

/** How a picture must be turned to stand upright, 1 (not at all) to 8, and the file without the note that says so. */
export interface Orientation {
  readonly orientation: number;
  readonly bare: Blob;
}

/**
 * Takes the EXIF orientation out of a file, so that no browser applies it: some do, some do not.
 *
 * @param bytes  the whole file; changed
 * @see PNG (W3C, third edition) §11.3.3.4 eXIf; WebP container specification, "Metadata"
 */
export function takeOrientation(bytes: Uint8Array<ArrayBuffer>, format: "PNG" | "WebP"): Orientation {
  const { first, type, little, length, frame } = LAYOUT[format];
  const view = new DataView(bytes.buffer);
  for (let at: number = first; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + length, little);
    const end = at + frame + size + (little ? size % 2 : 0);
    if (NAMES.includes(String.fromCharCode(...bytes.subarray(at + type, at + type + 4)))) {
      const orientation = orientationOf(bytes.subarray(at + 8, at + 8 + size));
      if (format === "PNG")
        return { orientation, bare: new Blob([bytes.subarray(0, at), bytes.subarray(end)]) };
      bytes.set([0x78, 0x78, 0x78, 0x78], at); // a name that decoders pass over
      return { orientation, bare: new Blob([bytes]) };
    }
    at = end;
  }
  return { orientation: 1, bare: new Blob([bytes]) };
}

/** Where chunks begin, and where in one its name and length lie; `frame` is what a chunk has beside its content. */
const LAYOUT = {
  PNG: { first: 8, length: 0, type: 4, little: false, frame: 12 },
  WebP: { first: 12, length: 4, type: 0, little: true, frame: 8 },
} as const;
const NAMES: readonly string[] = ["eXIf", "EXIF"];

function orientationOf(exif: Uint8Array): number {
  const isMarked = String.fromCharCode(...exif.subarray(0, 4)) === "Exif"; // some writers put JPEG's marker before it
  return tiffTags(isMarked ? exif.subarray(6) : exif).get(TIFF_TAG.orientation) ?? 1;
}

/** Whether a picture is wider upright than it is high as it lies, and the other way round. */
export const isLying = (orientation: number): boolean => orientation >= 5 && orientation <= 8;
const isFlippedX = (orientation: number): boolean => [2, 3, 7, 8].includes(orientation);
const isFlippedY = (orientation: number): boolean => [3, 4, 6, 7].includes(orientation);

/**
 * What brings a picture of this size upright on a canvas: x′ = a·x + c·y + e, y′ = b·x + d·y + f.
 *
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

/**
 * Turns or mirrors pixels.
 *
 * @param orientation  as EXIF numbers it: 1 upright, 2 to 4 mirrored or upside down, 5 to 8 lying on a side
 */
export function turnPixels(image: RgbImage, orientation: number): RgbImage {
  if (!(orientation >= 2 && orientation <= 8)) return image;
  const lies = isLying(orientation);
  const [width, height] = lies ? [image.height, image.width] : [image.width, image.height];
  const [flipsX, flipsY] = [isFlippedX(orientation), isFlippedY(orientation)];
  const data = new Uint8Array(image.data.length);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const [column, row] = lies ? [y, x] : [x, y];
      const from =
        3 *
        ((flipsY ? image.height - 1 - row : row) * image.width +
          (flipsX ? image.width - 1 - column : column));
      data[to] = image.data[from] as number;
      data[to + 1] = image.data[from + 1] as number;
      data[to + 2] = image.data[from + 2] as number;
    }
  }
  return { data, width, height, channels: 3 };
}
