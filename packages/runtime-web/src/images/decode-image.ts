import {
  checkPixels,
  type DecodeOptions,
  describeValue,
  ImageError,
  type ImageSource,
  isPixelImage,
  messageOf,
  type PixelImage,
  type RgbImage,
  raceAbort,
  rgbFromPixels,
  Sam2Error,
  sourceName,
  UnsupportedError,
} from "@sam2js/core";
import type { Desk } from "../desk/desk.js";
import { checkFile, fileError } from "./check-file.js";
import { readImageBytes } from "./read-image-bytes.js";

/** Pixels of more than this are converted in the worker: one million take some milliseconds. */
const MAX_PIXELS_HERE = 2 ** 20;

/** Decodes to upright RGB, as the runtime contract says. */
export async function decodeImage(
  desk: Desk,
  source: ImageSource,
  options: DecodeOptions = {},
): Promise<RgbImage> {
  const { signal } = options;
  signal?.throwIfAborted();
  if (isPixelImage(source)) return raceAbort(fromPixels(desk, source, options), signal);
  const name = nameOf(source);
  const raw = await raceAbort(toRaw(source, name, signal), signal);
  return raceAbort(decodeAt(desk, raw, name, options), signal);
}

async function fromPixels(desk: Desk, image: PixelImage, options: DecodeOptions): Promise<RgbImage> {
  checkPixels(image, "image");
  const { width, height, channels = 4, data } = image;
  if (channels === 3 || width * height <= MAX_PIXELS_HERE) return rgbFromPixels(image, options);
  return decodeAt(desk, { data, width, height, channels }, "image", options);
}

async function decodeAt(
  desk: Desk,
  source: Blob | ImageBitmap | PixelImage,
  name: string,
  { alpha = "drop" }: DecodeOptions,
): Promise<RgbImage> {
  const kind = source instanceof Blob ? await checkFile(source, name) : undefined;
  try {
    const result = await desk.decode({ source, format: kind?.name, alpha });
    if (!("problem" in result)) return result;
    if (kind) throw fileError(result, kind, name);
    throw new ImageError(`${name}: its pixels cannot be read (${result.problem})`, { name });
  } catch (error) {
    if (Sam2Error.isInstance(error)) throw error;
    const message = messageOf(error);
    throw new ImageError(`${name}: cannot be decoded (${message}); the browser may lack memory for it`, {
      cause: error,
      name,
    });
  }
}

/** What can be sent to the worker. */
async function toRaw(
  source: Exclude<ImageSource, PixelImage>,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Blob | ImageBitmap> {
  if (source instanceof Blob) return source;
  if (source instanceof Uint8Array || source instanceof ArrayBuffer) return new Blob([source as BlobPart]);
  if (typeof source === "string" || source instanceof URL) {
    return new Blob([(await readImageBytes(source, signal)) as BlobPart]);
  }
  if (source instanceof ImageBitmap) return createImageBitmap(source); // a copy: the worker takes it, the caller keeps the original
  try {
    return await createImageBitmap(source as ImageBitmapSource, {
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
  } catch (error) {
    if (!(error instanceof TypeError)) {
      const message = messageOf(error);
      throw new ImageError(`${name}: its pixels cannot be read (${message})`, { cause: error, name });
    }
    const expected =
      "a URL, bytes, a Blob, an image element, a canvas, a bitmap, a video frame or { data, width, height, channels } with bytes";
    const got = describeValue(source);
    throw new UnsupportedError(`image: expected ${expected}, got ${got}`, {
      name,
      expected,
      got,
      cause: error,
    });
  }
}

/** As {@link sourceName}; in a page a text without a scheme is an address too. */
function nameOf(source: unknown): string {
  const isRelative = typeof source === "string" && !/^[a-z][a-z0-9+.-]+:/i.test(source);
  return sourceName(isRelative ? source.replace(/[?#].*$/s, "") : source);
}
