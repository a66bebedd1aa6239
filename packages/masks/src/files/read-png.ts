import { checkImageSize, createBreather, ImageError, PNG_SIGNATURE, turnPixels } from "@sam2js/core";
import { inflate } from "./inflate.js";
import type { MaskPixels } from "./mask-pixels.js";
import { pngChunks } from "./png-chunks.js";
import { unfilterRow } from "./png-rows.js";

/** Samples a pixel by colour type. */
const CHANNELS: Readonly<Record<number, 1 | 2 | 3 | 4>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Bits a sample may have by colour type. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
const PALETTE = 3;
/** First column and row, and steps between columns and rows, of the passes of an interlaced picture. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const WHOLE = [[0, 0, 1, 1]] as const;

/** Whether bytes begin as a PNG file does. */
export function isPng(bytes: Uint8Array): boolean {
  return PNG_SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads the samples of a PNG as they are stored: palette indices instead of colours, and all 16 bits. Decoders of browsers and of sharp give
 * 8-bit colours, in which labels are lost. EXIF orientation is applied, as to images. Between rows other work of the thread has its turn.
 *
 * @param name  the file, for messages
 * @throws {ImageError} it is damaged, or larger than a mask may be
 * @see https://www.w3.org/TR/png-3/
 */
export async function readPng(bytes: Uint8Array, name: string): Promise<MaskPixels> {
  const { header, palette, transparency, orientation, data } = pngChunks(bytes, name);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth = 0, color = 0, compression = 0, filter = 0, interlace = 0] = header.subarray(8);
  if (!DEPTHS[color]?.includes(depth) || compression !== 0 || filter !== 0 || interlace > 1) {
    throw ImageError.expected(name, "a PNG", `one of color type ${color} with ${depth} bits`, "save it anew");
  }
  checkImageSize(width, height, name);
  const channels = CHANNELS[color]!;
  const passes = (interlace ? ADAM7 : WHOLE)
    .map(([left, top, stepX, stepY]) => ({
      left,
      top,
      stepX,
      stepY,
      columns: Math.ceil((width - left) / stepX),
      rows: Math.ceil((height - top) / stepY),
    }))
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
  const lineBytes = (columns: number) => Math.ceil((columns * channels * depth) / 8);
  const total = passes.reduce((sum, { columns, rows }) => sum + rows * (1 + lineBytes(columns)), 0);
  const take = inflate(data, total, name);
  const count = width * height * channels;
  const samples = depth === 16 ? new Uint16Array(count) : new Uint8Array(count);
  const breathe = createBreather(undefined);
  for (const { left, top, stepX, stepY, columns, rows } of passes) {
    let above: Uint8Array = new Uint8Array(lineBytes(columns));
    for (let y = 0; y < rows; y += 1) {
      await breathe();
      const row = unfilterRow(
        await take(1 + above.length),
        above,
        Math.max(1, (channels * depth) >> 3),
        name,
      );
      const begin = ((top + y * stepY) * width + left) * channels;
      for (let x = 0, i = 0, at = begin; x < columns; x += 1, at += stepX * channels)
        for (let c = 0; c < channels; c += 1, i += 1) samples[at + c] = sampleAt(row, i, depth);
      above = row;
    }
  }
  const upright = turnPixels({ data: samples, width, height, channels }, orientation);
  return {
    ...upright,
    full: 2 ** depth - 1,
    ...(color === PALETTE && { palette: palette ?? new Uint8Array(0) }),
    ...(transparency && { isTransparent: isTransparent(transparency, color, upright.data) }),
  };
}

function sampleAt(row: Uint8Array, index: number, depth: number): number {
  if (depth === 8) return row[index]!;
  if (depth === 16) return 256 * row[2 * index]! + row[2 * index + 1]!;
  const bit = index * depth;
  return (row[bit >> 3]! >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
}

/** What the `tRNS` chunk makes less than half opaque: palette indices, or the one colour. */
function isTransparent(
  chunk: Uint8Array,
  color: number,
  samples: ArrayLike<number>,
): (at: number) => boolean {
  if (color === PALETTE) return (at) => (chunk[samples[at]!] ?? 255) < 128;
  const key = Array.from({ length: chunk.length >> 1 }, (_, i) => 256 * chunk[2 * i]! + chunk[2 * i + 1]!);
  return (at) => key.every((value, i) => samples[at + i] === value);
}
