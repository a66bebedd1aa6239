import { checkPngSource, type PngSource } from "@sam2js/core";
import { encodePalettePng } from "./palette-png.js";

/** @throws {ImageError} sides, channels, data or palette do not agree */
export async function encodePng(image: PngSource): Promise<Uint8Array> {
  checkPngSource(image);
  const { data, width, height, channels, palette } = image;
  if (palette) return encodePalettePng(image, palette);
  const { default: sharp } = await import("sharp");
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const pixels = sharp(bytes, { raw: { width, height, channels }, limitInputPixels: false });
  const png = await (channels === 1 ? pixels.toColourspace("b-w") : pixels)
    .png({ compressionLevel: 6 })
    .toBuffer();
  return png;
}
