import {
  type DecodeOptions,
  ImageError,
  type ImageSource,
  isPixelImage,
  type PixelImage,
  type RgbImage,
  raceAbort,
  rgbFromPixels,
  UnsupportedError,
} from "@sam2js/core";
import type { SharpOptions } from "sharp";
import { readImageBytes } from "./read-image-bytes.js";
import { rgbOfCmyk } from "./rgb-of-cmyk.js";

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
  if (isPixelImage(source)) return pixelsWithin(source, maxPixels);
  if (isCanvas(source)) {
    const { width, height } = source;
    return pixelsWithin(source.getContext("2d").getImageData(0, 0, width, height), maxPixels);
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
    `image: Node reads paths, URLs, bytes, blobs, canvases and { data, width, height, channels }, but not this ${source === null ? "null" : typeof source}`,
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
    const { format, space } = await image.metadata();
    if (!FORMATS.includes(format ?? "")) {
      throw new ImageError(`${name}: expected JPEG, PNG, WebP, GIF, TIFF or AVIF, got ${format}`, { name });
    }
    const upright = image.autoOrient().removeAlpha();
    const isCmyk = space === "cmyk";
    const pixels = isCmyk
      ? upright.pipelineColourspace("cmyk").toColourspace("cmyk")
      : upright.toColourspace("srgb");
    const { data, info } = await pixels.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    return {
      data: isCmyk ? rgbOfCmyk(data) : data,
      width: info.width,
      height: info.height,
      channels: 3,
    };
  } catch (error) {
    if (ImageError.isInstance(error)) throw error;
    const message = error instanceof Error ? error.message : String(error);
    if (/pixel limit/i.test(message)) throw tooLarge(name, maxPixels, error);
    throw new ImageError(`${name}: not an image that can be decoded (${message})`, { cause: error, name });
  }
}

function pixelsWithin(image: PixelImage, maxPixels: number): RgbImage {
  const { width, height } = image;
  if (width * height > maxPixels) throw tooLarge(`${width} x ${height}`, maxPixels);
  return rgbFromPixels(image);
}

function tooLarge(name: string, maxPixels: number, cause?: unknown): ImageError {
  return new ImageError(`${name}: the image has more than the ${maxPixels} pixels allowed; raise maxPixels`, {
    cause,
    name,
    maxPixels,
  });
}

interface CanvasLike {
  readonly width: number;
  readonly height: number;
  getContext(kind: "2d"): { getImageData(x: number, y: number, width: number, height: number): PixelImage };
}

/** Canvases of the libraries that bring them to Node. */
function isCanvas(source: unknown): source is CanvasLike {
  return typeof (source as Partial<CanvasLike> | undefined)?.getContext === "function";
}

function nameOf(source: string | URL | Blob): string {
  if (source instanceof Blob) return "blob";
  const text = String(source);
  return text.startsWith("data:") ? "data: URL" : text;
}
