import { promisify } from "node:util";
import { deflate } from "node:zlib";
import type { PngSource } from "@sam2js/core";

/** What a PNG begins with. */
export const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

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
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", palette),
    chunk("IDAT", await promisify(deflate)(rows)),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

/** A chunk of a PNG, with its length and checksum. */
export function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

/** The CRC of PNG chunks (ISO 3309, polynomial 0xEDB88320). `node:zlib` has one from Node 22 on only. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
