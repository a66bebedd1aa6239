import { promisify } from "node:util";
import { deflate } from "node:zlib";
import { PNG_SIGNATURE, type PngSource, pngChunk } from "@sam2js/core";

/**
 * A PNG whose pixels are the given indices, one byte each. sharp would count the colours anew and number them its own way.
 *
 * @param image  one channel, each value below the number of colours
 * @see PNG specification (W3C, third edition), §5.3 chunks, §9.2 filters, §11.2 PLTE
 */
export async function encodePalettePng(image: PngSource, palette: Uint8Array): Promise<Uint8Array> {
  const { data, width, height } = image;
  // Rows with filter 0 (none): best for indices, whose neighbours are equal or unrelated.
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++) {
    rows.set(data.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // 8 bits an index; colour type 3, indexed
  return Buffer.concat([
    Uint8Array.from(PNG_SIGNATURE),
    pngChunk("IHDR", header),
    pngChunk("PLTE", palette),
    pngChunk("IDAT", await promisify(deflate)(rows)),
    pngChunk("IEND", new Uint8Array(0)),
  ]);
}
