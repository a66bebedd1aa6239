import {
  type DecodeOptions,
  DownloadError,
  ImageError,
  type ImageSource,
  isPixelImage,
  NotFoundError,
  type PixelImage,
  type RgbImage,
  raceAbort,
  rgbFromPixels,
  Sam2Error,
  UnsupportedError,
} from "@sam2js/core";
import type { Desk } from "../desk/desk.js";

/** About the largest photos there are (23 000 x 23 000); as RGB 1.5 GB. */
const MAX_PIXELS = 512_000_000;
/** Larger image files are refused, so that a server's answer without end fills no memory. */
const MAX_FILE_BYTES = 2 ** 29;
/** Pixels of more than this are converted in the worker: one million take some milliseconds. */
const MAX_PIXELS_HERE = 2 ** 20;

/** Decodes to upright RGB, as the runtime contract says. */
export async function decodeImage(
  desk: Desk,
  source: ImageSource,
  { signal, maxPixels = MAX_PIXELS }: DecodeOptions = {},
): Promise<RgbImage> {
  signal?.throwIfAborted();
  if (isPixelImage(source)) return raceAbort(fromPixels(desk, source, maxPixels), signal);
  const name = nameOf(source);
  const raw = await raceAbort(toRaw(source, name, signal), signal);
  if (raw instanceof Blob && raw.size > MAX_FILE_BYTES) {
    throw new ImageError(`${name}: the image file is larger than ${MAX_FILE_BYTES} bytes`, {
      name,
      sizeBytes: raw.size,
    });
  }
  return raceAbort(decodeAt(desk, raw, name, maxPixels), signal);
}

async function fromPixels(desk: Desk, image: PixelImage, maxPixels: number): Promise<RgbImage> {
  const { width, height, channels = 4, data } = image;
  if (width * height > maxPixels) throw tooLarge(`${width} x ${height}`, maxPixels);
  const isShaped = data.length === width * height * channels;
  if (!isShaped || channels === 3 || width * height <= MAX_PIXELS_HERE) return rgbFromPixels(image);
  return decodeAt(desk, { data, width, height, channels }, "image", maxPixels);
}

async function decodeAt(
  desk: Desk,
  source: Blob | ImageBitmap | PixelImage,
  name: string,
  maxPixels: number,
): Promise<RgbImage> {
  try {
    const result = await desk.decode({ source, maxPixels });
    if (!("problem" in result)) return result;
    if (result.problem === "too large") throw tooLarge(`${name} (${result.detail})`, maxPixels);
    throw new ImageError(`${name}: not an image that this browser can decode (${result.detail})`, { name });
  } catch (error) {
    if (Sam2Error.isInstance(error)) throw error;
    const message = error instanceof Error ? error.message : String(error);
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
  if (typeof source === "string" || source instanceof URL) return fetchImage(String(source), name, signal);
  if (source instanceof ImageBitmap) return createImageBitmap(source); // a copy: the worker takes it, the caller keeps the original
  try {
    return await createImageBitmap(source as ImageBitmapSource, {
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
  } catch (error) {
    if (!(error instanceof TypeError)) {
      const message = error instanceof Error ? error.message : String(error);
      throw new ImageError(`${name}: its pixels cannot be read (${message})`, { cause: error });
    }
    throw new UnsupportedError(
      "image: browsers read URLs, bytes, blobs, image elements, canvases, bitmaps, video frames and { data, width, height, channels }, but not this object",
      { cause: error },
    );
  }
}

async function fetchImage(address: string, name: string, signal: AbortSignal | undefined): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(address, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    throw new DownloadError(
      `${name}: cannot be fetched (${message}); the server must be reachable and allow this page (CORS)`,
      { cause: error, url: name },
    );
  }
  if (response.status === 404)
    throw new NotFoundError(`${name}: the server has no such image`, { url: name });
  if (!response.ok) {
    throw new DownloadError(`${name}: expected an image, got status ${response.status}`, { url: name });
  }
  return response.blob();
}

function tooLarge(name: string, maxPixels: number): ImageError {
  return new ImageError(`${name}: the image has more than the ${maxPixels} pixels allowed; raise maxPixels`, {
    name,
    maxPixels,
  });
}

function nameOf(source: unknown): string {
  if (typeof source !== "string" && !(source instanceof URL))
    return source instanceof File ? source.name : "image";
  const text = String(source);
  return text.startsWith("data:") ? "data: URL" : text;
}
