/** Decoded pixels, row-major, channels interleaved, 0..255: grey (1), grey and alpha (2), RGB (3) or RGBA (4). */
export interface PixelImage {
  readonly data: Uint8Array | Uint8ClampedArray;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Missing in the browser's `ImageData`, which has 4. */
  readonly channels?: 1 | 2 | 3 | 4;
}

/** An image object of a platform that has no pixels to read directly: `ImageBitmap`, a canvas, an image element. */
export interface PlatformImage {
  readonly width: number;
  readonly height: number;
}

/** A decoded frame of the platform: `VideoFrame`. */
export interface PlatformFrame {
  readonly displayWidth: number;
  readonly displayHeight: number;
}

/** What may be given as an image: a path or URL, the bytes of an image file, a `Blob`/`File`, pixels, or an object of the platform. */
export type ImageSource =
  | string
  | URL
  | Uint8Array
  | ArrayBuffer
  | Blob
  | PixelImage
  | PlatformImage
  | PlatformFrame;

/** RGB pixels of an image in its upright orientation. */
export interface RgbImage {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: 3;
}

export interface DecodeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Images of more pixels than this are refused before they are decoded. Default 512 million. */
  readonly maxPixels?: number | undefined;
}

/** What a PNG is made from: 1, 3 or 4 channels, or palette indices. */
export interface PngSource {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  /** With one channel: RGB triples that the values index, at most 256. */
  readonly palette?: Uint8Array | undefined;
}

/** Whether a value holds pixels already, so that no decoder is needed. */
export function isPixelImage(value: unknown): value is PixelImage {
  if (typeof value !== "object" || value === null) return false;
  const { data, width, height } = value as Partial<PixelImage>;
  return (
    (data instanceof Uint8Array || data instanceof Uint8ClampedArray) &&
    typeof width === "number" &&
    typeof height === "number"
  );
}
