import { createBreather, fileKind } from "@sam2js/core";
import { openBitmap } from "@sam2js/runtime-web";

/** So much of a file tells a JPEG. */
const HEAD_BYTES = 16;
/** Rows that are looked at in one go. */
const ROWS = 256;

/**
 * A photo's own transparency, upright: decoders of models drop it.
 *
 * @returns  [height, width], 0 to 255; undefined where all is opaque
 */
export async function photoAlpha(blob: Blob): Promise<Uint8Array | undefined> {
  if (await isJpeg(blob)) return undefined;
  const bitmap = await openBitmap(blob);
  try {
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, ROWS).getContext("2d", { willReadFrequently: true });
    const breathe = createBreather(undefined);
    let alpha: Uint8Array | undefined;
    for (let top = 0; context && top < height; top += ROWS) {
      await breathe();
      context.clearRect(0, 0, width, ROWS);
      context.drawImage(bitmap, 0, -top);
      const rows = Math.min(ROWS, height - top);
      const { data } = context.getImageData(0, 0, width, rows);
      for (let i = 3, at = top * width; i < data.length; i += 4, at++) {
        if (data[i] === 255) continue;
        alpha ??= new Uint8Array(width * height).fill(255);
        alpha[at] = data[i] ?? 0;
      }
    }
    return alpha;
  } finally {
    bitmap.close();
  }
}

/** By its bytes: a photo of a saved project has no type. */
async function isJpeg(blob: Blob): Promise<boolean> {
  return fileKind(new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer())).name === "JPEG";
}
