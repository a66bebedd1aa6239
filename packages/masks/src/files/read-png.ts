import { checkImageSize, ImageError } from "@sam2js/core";
import { inflateExactly } from "./inflate.js";
import type { MaskPixels } from "./mask-pixels.js";
import { pngChunks } from "./png-chunks.js";
import { unfilterRows } from "./png-rows.js";

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
  return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, i) => bytes[i] === byte);
}

/**
 * Reads the samples of a PNG as they are stored: palette indices instead of colours, and all 16 bits. Decoders of browsers and of sharp give
 * 8-bit colours, in which labels are lost.
 *
 * @param name  the file, for messages
 * @throws {ImageError} it is damaged, or larger than a mask may be
 * @see https://www.w3.org/TR/png-3/
 */
export function readPng(bytes: Uint8Array, name: string): MaskPixels {
  const { header, palette, transparency, data } = pngChunks(bytes, name);
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
  const raw = inflateExactly(data, total, name);
  const count = width * height * channels;
  const samples = depth === 16 ? new Uint16Array(count) : new Uint8Array(count);
  let at = 0;
  for (const { left, top, stepX, stepY, columns, rows } of passes) {
    const line = lineBytes(columns);
    const end = at + rows * (1 + line);
    const pass = unfilterRows(raw.subarray(at, end), rows, line, Math.max(1, (channels * depth) >> 3), name);
    at = end;
    for (let row = 0; row < rows; row += 1) {
      for (let i = 0; i < columns * channels; i += 1) {
        const column = (i / channels) | 0;
        const pixel = (top + row * stepY) * width + left + column * stepX;
        samples[pixel * channels + (i % channels)] = sampleAt(pass, row * line, i, depth);
      }
    }
  }
  return {
    data: samples,
    width,
    height,
    channels,
    full: 2 ** depth - 1,
    ...(color === PALETTE && { palette: palette ?? new Uint8Array(0) }),
    ...(transparency && { isTransparent: isTransparent(transparency, color, samples) }),
  };
}

function sampleAt(bytes: Uint8Array, start: number, index: number, depth: number): number {
  if (depth === 8) return bytes[start + index]!;
  if (depth === 16) return 256 * bytes[start + 2 * index]! + bytes[start + 2 * index + 1]!;
  const bit = index * depth;
  return (bytes[start + (bit >> 3)]! >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
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
