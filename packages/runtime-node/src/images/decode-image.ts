import {
  type DecodeOptions,
  ImageError,
  type ImageSource,
  isPixelImage,
  type PixelImage,
  type RgbImage,
  raceAbort,
  UnsupportedError,
} from "@sam2js/core";
import type { Sharp, SharpOptions } from "sharp";
import { readImageBytes } from "./read-image-bytes.js";
import { rgbOfPixels } from "./rgb-of-pixels.js";

/** About the largest photos there are (23 000 x 23 000); as RGB 1.5 GB. */
const MAX_PIXELS = 512_000_000;

/** Pictures made of pixels. Left out on purpose: SVG and PDF, which are programs that draw, and may reach for other files. */
const FORMATS: readonly string[] = ["jpeg", "png", "webp", "gif", "tiff", "heif", "jxl", "jp2k"];

/** Decodes to upright RGB, as the runtime contract says. */
export async function decodeImage(
  source: ImageSource,
  { signal, maxPixels = MAX_PIXELS }: DecodeOptions = {},
): Promise<RgbImage> {
  signal?.throwIfAborted();
  if (isPixelImage(source)) return rgbOfPixels(source, maxPixels);
  if (isCanvas(source)) {
    const { width, height } = source;
    return rgbOfPixels(source.getContext("2d").getImageData(0, 0, width, height), maxPixels);
  }
  if (source instanceof Uint8Array) return raceAbort(decode(source, "bytes", maxPixels), signal);
  if (source instanceof ArrayBuffer) {
    return raceAbort(decode(new Uint8Array(source), "bytes", maxPixels), signal);
  }
  if (typeof source === "string" || source instanceof URL || source instanceof Blob) {
    const bytes = await raceAbort(readImageBytes(source, signal), signal);
    return raceAbort(decode(bytes, nameOf(source), maxPixels), signal);
  }
  throw new UnsupportedError(
    "image: Node reads paths, URLs, bytes, blobs, canvases and { data, width, height, channels }, but not this object",
  );
}

async function decode(bytes: Uint8Array, name: string, maxPixels: number): Promise<RgbImage> {
  const { default: sharp } = await import("sharp");
  const options: SharpOptions = {
    failOn: "error",
    limitInputPixels: maxPixels,
    ignoreIcc: true,
    pages: 1,
  };
  try {
    const image = sharp(bytes, options);
    const { format } = await image.metadata();
    if (!FORMATS.includes(format ?? "")) {
      throw new ImageError(`${name}: expected JPEG, PNG, WebP, GIF, TIFF or AVIF, got ${format}`, { name });
    }
    const { data, info } = await toRgb(image).raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, channels: 3 };
  } catch (error) {
    if (ImageError.isInstance(error)) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new ImageError(`${name}: not an image that can be decoded (${message})`, { cause: error, name });
  }
}

const toRgb = (image: Sharp) => image.autoOrient().removeAlpha().toColourspace("srgb");

interface CanvasLike {
  readonly width: number;
  readonly height: number;
  getContext(kind: "2d"): { getImageData(x: number, y: number, width: number, height: number): PixelImage };
}

/** Canvases of the libraries that bring them to Node. */
function isCanvas(source: unknown): source is CanvasLike {
  return typeof (source as Partial<CanvasLike>).getContext === "function";
}

function nameOf(source: string | URL | Blob): string {
  if (source instanceof Blob) return "blob";
  const text = String(source);
  return text.startsWith("data:") ? "data: URL" : text;
}
