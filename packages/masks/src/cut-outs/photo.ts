import { ImageError, type PixelImage } from "@sam2js/core";

/** The pixels that something is cut out of. */
export interface Photo {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  /** How opaque a pixel is by itself, 0 to 255; undefined = all are. */
  readonly alpha: ((at: number) => number) | undefined;
}

/**
 * @param alpha  the image's transparency [height, width], where its pixels come without
 * @throws {ImageError} the image has not 1, 3 or 4 channels, or `alpha` is of another size
 */
export function toPhoto({ data, width, height }: PixelImage, alpha?: Uint8Array): Photo {
  const channels = data.length / (width * height);
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw ImageError.expected("image", `1, 3 or 4 channels of ${width} x ${height} pixels`, channels);
  }
  if (alpha && alpha.length !== width * height)
    throw ImageError.expected("alpha", `${width} x ${height} values, one for each pixel`, alpha.length);
  if (alpha) return { data, width, height, channels, alpha: (at) => alpha[at] ?? 255 };
  const own = channels === 4 ? (at: number) => data[4 * at + 3] ?? 255 : undefined;
  return { data, width, height, channels, alpha: own };
}
