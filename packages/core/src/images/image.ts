/** Decoded pixels, row-major, channels interleaved, 0..255: grey (1), grey and alpha (2), RGB (3) or RGBA (4). */
export interface PixelImage {
  /** `width · height · channels` values from the top left pixel on, borrowed and never changed. */
  readonly data: Uint8Array | Uint8ClampedArray;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Missing in the browser's `ImageData`, which has 4. */
  readonly channels?: 1 | 2 | 3 | 4;
}

/** An image object of a platform that has no pixels to read directly: `ImageBitmap`, a canvas, an image element. */
export interface PlatformImage {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** A decoded frame of the platform: `VideoFrame`. */
export interface PlatformFrame {
  /** In pixels, as the frame is shown (rotation and pixel aspect applied). */
  readonly displayWidth: number;
  /** In pixels, like `displayWidth`. */
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
  /** `width · height · 3` values 0..255, row-major, channels interleaved. Of pixels that were RGB already it is their own array: do not change it. */
  readonly data: Uint8Array | Uint8ClampedArray;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Red, green, blue. */
  readonly channels: 3;
}

/** What becomes of transparency: `"drop"` shows the colours that stand under it, `"white"` blends them with a white ground. */
export type Alpha = "drop" | "white";

/** How an image is decoded. */
export interface DecodeOptions {
  /** Default `"drop"`. */
  readonly alpha?: Alpha | undefined;
  /** Aborting rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/** What a PNG is made from: 1, 3 or 4 channels, or palette indices. */
export interface PngSource {
  /** `width · height · channels` values 0..255, row-major, channels interleaved; borrowed. */
  readonly data: Uint8Array | Uint8ClampedArray;
  /** In pixels, >= 1. */
  readonly width: number;
  /** In pixels, >= 1. */
  readonly height: number;
  /** Grey (or indices of a palette), RGB, or RGBA with colours that are not multiplied by alpha. */
  readonly channels: 1 | 3 | 4;
  /** With one channel: RGB triples that the values index, 1 to 256; a value without a colour is an error. */
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
