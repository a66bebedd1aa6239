import { type PngSource, UnsupportedError } from "@sam2js/core";
import type { PictureType } from "../../protocol/cut-outs.js";
import { type Part, picture } from "./part.js";

interface WriteOptions {
  readonly type: PictureType;
  /** Of WebP and JPEG, 0 to 1. */
  readonly quality: number;
  readonly signal: AbortSignal;
}

/**
 * Writes RGBA pixels as a file. The browser makes WebP and JPEG.
 *
 * @throws {UnsupportedError} it cannot: Safari makes no WebP, and no WebP has more than 16383 pixels a side
 */
export async function writePicture(name: string, source: PngSource, options: WriteOptions): Promise<Part> {
  const { type, quality, signal } = options;
  signal.throwIfAborted();
  if (type === "image/png") return picture(name, source);
  const { data, width, height } = source;
  const blob = await canvasOf(source)
    .convertToBlob({ type, quality })
    .catch(() => undefined);
  signal.throwIfAborted();
  if (blob?.type === type) return { name, content: blob, type, width, height };
  throw UnsupportedError.expected(
    "export",
    `a browser that writes ${endingOf(type)} of ${width} x ${height} pixels`,
    blob?.type ?? `none for ${data.length} bytes`,
    "choose PNG",
  );
}

export function endingOf(type: PictureType): "png" | "webp" | "jpg" {
  if (type === "image/jpeg") return "jpg";
  return type === "image/webp" ? "webp" : "png";
}

function canvasOf({ data, width, height }: PngSource): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const pixels = new Uint8ClampedArray(data.buffer as ArrayBuffer, data.byteOffset, data.length);
  canvas.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas;
}
