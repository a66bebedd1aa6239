import { checkPngSource, PNG_SIGNATURE, type PngSource, pngChunk } from "@sam2js/core";
import { filterRows } from "./filter-rows.js";

/** Colour types by channels. */
const COLOUR_TYPES = { 1: 0, 3: 2, 4: 6 } as const;
const INDEXED = 3;

/**
 * The bytes of a PNG, 8 bits a channel. Colours under alpha 0 are kept, as a canvas would not. Compression is the browser's own (`CompressionStream`).
 *
 * @throws {ImageError} sides, channels, data or palette do not agree
 * @see PNG specification (W3C, third edition), §5.3 chunks, §11.2 critical chunks
 */
export async function encodePng(source: PngSource): Promise<Uint8Array> {
  checkPngSource(source);
  const { data, width, height, channels, palette } = source;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, palette ? INDEXED : COLOUR_TYPES[channels]], 8);
  const rows = filterRows(data, width * channels, channels, palette === undefined);
  const parts = [
    Uint8Array.from(PNG_SIGNATURE),
    pngChunk("IHDR", header),
    ...(palette ? [pngChunk("PLTE", palette)] : []),
    pngChunk("IDAT", await deflate(rows)),
    pngChunk("IEND", new Uint8Array(0)),
  ];
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
