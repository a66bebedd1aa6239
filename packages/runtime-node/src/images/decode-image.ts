import {
  checkImageSize,
  type DecodeOptions,
  describeValue,
  ImageError,
  type ImageSource,
  isPixelImage,
  type PixelImage,
  type RgbImage,
  raceAbort,
  rgbFromPixels,
  sourceName,
  UnsupportedError,
  unreadableImage,
} from "@sam2js/core";
import type { SharpOptions } from "sharp";
import { checkReadable, FORMATS } from "./check-readable.js";
import { readImageBytes } from "./read-image-bytes.js";
import { rgbOfCmyk } from "./rgb-of-cmyk.js";

/** Sizes are checked by `checkImageSize`, by the same limits on each platform. */
const OPTIONS: SharpOptions = { failOn: "error", limitInputPixels: false, ignoreIcc: true, pages: 1 };

/** Decodes to upright RGB, as the runtime contract says. */
export async function decodeImage(source: ImageSource, options: DecodeOptions = {}): Promise<RgbImage> {
  const { signal } = options;
  signal?.throwIfAborted();
  if (isPixelImage(source)) return rgbFromPixels(source, options);
  if (isCanvas(source)) {
    const { width, height } = source;
    checkImageSize(width, height, "canvas");
    return rgbFromPixels(source.getContext("2d").getImageData(0, 0, width, height), options);
  }
  const bytes = await raceAbort(readBytes(source, signal), signal);
  return raceAbort(decode(bytes, sourceName(source), options), signal);
}

async function readBytes(source: ImageSource, signal: AbortSignal | undefined): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (typeof source === "string" || source instanceof URL || source instanceof Blob) {
    return readImageBytes(source, signal);
  }
  const expected = "a path, URL, bytes, a Blob, a canvas or { data, width, height, channels } with bytes";
  const got = describeValue(source);
  throw UnsupportedError.expected("image", expected, got);
}

async function decode(bytes: Uint8Array, name: string, options: DecodeOptions): Promise<RgbImage> {
  const kind = checkReadable(bytes, name);
  const { default: sharp } = await import("sharp");
  try {
    const image = sharp(bytes, OPTIONS);
    const { width, height, space } = await image.metadata();
    checkImageSize(width, height, name);
    options.signal?.throwIfAborted();
    const upright = image.autoOrient();
    if (space === "cmyk") {
      const inks = upright.removeAlpha().pipelineColourspace("cmyk").toColourspace("cmyk");
      const { data, info } = await inks.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
      return {
        data: await rgbOfCmyk(data, options.signal),
        width: info.width,
        height: info.height,
        channels: 3,
      };
    }
    const pixels = (options.alpha === "white" ? upright : upright.removeAlpha()).toColourspace("srgb");
    const { data, info } = await pixels.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    const channels = info.channels as 1 | 2 | 3 | 4;
    return await rgbFromPixels({ data, width: info.width, height: info.height, channels }, options, name);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (ImageError.isInstance(error)) throw error;
    throw unreadableImage(name, kind, FORMATS, error);
  }
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
