import { isLying, sourceName, turnMatrix } from "@sam2js/core";
import { checkFile, fileError } from "./check-file.js";
import { openFile } from "./open-file.js";

/**
 * Decodes an image file to show it: upright as `decodeImage` of a runtime has it, with the browser's own colours. (`createImageBitmap` itself
 * leaves WebP as it lies in Chromium.)
 *
 * @throws {ImageError} it is no picture that this browser reads, damaged, or too large; one line says what it is
 */
export async function openBitmap(file: Blob): Promise<ImageBitmap> {
  const name = sourceName(file);
  const kind = await checkFile(file, name);
  const opened = await openFile(file, kind.name);
  if ("problem" in opened) throw fileError(opened, kind, name);
  const { bitmap, orientation } = opened;
  if (orientation === 1) return bitmap;
  const { width, height } = bitmap;
  const canvas = isLying(orientation)
    ? new OffscreenCanvas(height, width)
    : new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context?.setTransform(...turnMatrix(orientation, width, height));
  context?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.transferToImageBitmap();
}
