import { ImageError, type PngSource } from "@sam2js/core";
import { encodePalettePng } from "./palette-png.js";

/** @throws {ImageError} sides, channels, data or palette do not agree */
export async function encodePng(image: PngSource): Promise<Uint8Array> {
  const { data, width, height, channels, palette } = image;
  const isShaped =
    Number.isSafeInteger(width) &&
    Number.isSafeInteger(height) &&
    width >= 1 &&
    height >= 1 &&
    [1, 3, 4].includes(channels) &&
    data.length === width * height * channels;
  if (!isShaped) {
    throw new ImageError(
      `PNG: expected width x height x channels (1, 3 or 4) values, got ${data.length} for ${width} x ${height} x ${channels}`,
      { width, height, channels, length: data.length },
    );
  }
  if (palette) return encodePalettePng(image, palette);
  const { default: sharp } = await import("sharp");
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const pixels = sharp(bytes, { raw: { width, height, channels }, limitInputPixels: false });
  const png = await (channels === 1 ? pixels.toColourspace("b-w") : pixels)
    .png({ compressionLevel: 6 })
    .toBuffer();
  return png;
}
