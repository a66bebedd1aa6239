import { type Alpha, type RgbImage, rgbFromPixels, turnPixels } from "@sam2js/core";
import type { DecodeProblem, DecodeRequest } from "../desk/desk.js";
import { openFile, sizeProblem } from "./open-file.js";
import { readPixels } from "./read-pixels.js";

/** Decodes to upright RGB. Runs in the worker, or in the page without one. */
export async function decode({ source, format, alpha }: DecodeRequest): Promise<RgbImage | DecodeProblem> {
  if (source instanceof Blob) return decodeFile(source, format, alpha);
  return source instanceof ImageBitmap
    ? decodeBitmap(source, format, alpha)
    : rgbFromPixels(source, { alpha });
}

async function decodeBitmap(
  bitmap: ImageBitmap,
  format: string | undefined,
  alpha: Alpha,
): Promise<RgbImage | DecodeProblem> {
  try {
    const hasAlpha = format !== "JPEG";
    return sizeProblem(bitmap.width, bitmap.height) ?? (await readPixels(bitmap, hasAlpha, alpha));
  } finally {
    bitmap.close();
  }
}

async function decodeFile(
  file: Blob,
  format: string | undefined,
  alpha: Alpha,
): Promise<RgbImage | DecodeProblem> {
  const opened = await openFile(file, format, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  if ("problem" in opened) return opened;
  const image = await decodeBitmap(opened.bitmap, format, alpha);
  return "problem" in image ? image : turnPixels(image, opened.orientation);
}
