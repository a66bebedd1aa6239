import { type PixelImage, type RgbImage, rgbFromPixels } from "@sam2js/core";
import { imageSize } from "image-size";
import { readPixels } from "./read-pixels.js";

/** A picture as it reaches the worker. */
export interface DecodeRequest {
  readonly source: Blob | ImageBitmap | PixelImage;
  readonly maxPixels: number;
}

/** Why there are no pixels. */
export interface DecodeProblem {
  readonly problem: "too large" | "not an image";
  readonly detail: string;
}

/** Head of a file in which its size must stand: cameras put thumbnails and profiles before it. */
const HEAD_BYTES = 2 ** 20;

/** Decodes to upright RGB. Runs in the worker, or in the page without one. */
export async function decode({ source, maxPixels }: DecodeRequest): Promise<RgbImage | DecodeProblem> {
  if (source instanceof Blob) return decodeBlob(source, maxPixels);
  return source instanceof ImageBitmap ? decodeBitmap(source, maxPixels, true) : rgbFromPixels(source);
}

function decodeBitmap(
  bitmap: ImageBitmap,
  maxPixels: number,
  mayHaveAlpha: boolean,
): RgbImage | DecodeProblem {
  try {
    return tooLarge(bitmap, maxPixels) ?? readPixels(bitmap, mayHaveAlpha);
  } finally {
    bitmap.close();
  }
}

async function decodeBlob(blob: Blob, maxPixels: number): Promise<RgbImage | DecodeProblem> {
  const head = await readHead(blob);
  const refusal = head && tooLarge(head, maxPixels);
  if (refusal) return refusal;
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob, {
      imageOrientation: "from-image",
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
  } catch (error) {
    return { problem: "not an image", detail: error instanceof Error ? error.message : String(error) };
  }
  return decodeBitmap(bitmap, maxPixels, head?.type !== "jpg");
}

interface Head {
  readonly width: number;
  readonly height: number;
  readonly type?: string | undefined;
}

/** Size and format as the file says; undefined for formats that only the browser knows. */
async function readHead(blob: Blob): Promise<Head | undefined> {
  try {
    return imageSize(new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer()));
  } catch {
    return undefined;
  }
}

function tooLarge({ width, height }: Head, maxPixels: number): DecodeProblem | undefined {
  return width * height > maxPixels ? { problem: "too large", detail: `${width} x ${height}` } : undefined;
}
