import { InputError } from "@sam2js/core";
import { type Breathe, inPieces } from "./in-pieces.js";
import type { MaskPixels } from "./mask-pixels.js";
import type { LabelMap } from "./read-labels.js";

/** Levels below this share of white are too dark for a drawn mask: they are numbers. */
const DARK = 1 / 8;

/** Of the labels that a file has, how many an error names. */
const MOST_SHOWN = 20;

/** 1 for each number that is inside, else 0. */
export async function bitsWhere(
  breathe: Breathe,
  data: ArrayLike<number>,
  isInside: (value: number) => boolean,
): Promise<Uint8Array> {
  const bits = new Uint8Array(data.length);
  await inPieces(breathe, bits.length, (begin, end) => {
    for (let i = begin; i < end; i += 1) if (isInside(data[i]!)) bits[i] = 1;
  });
  return bits;
}

/** Pixels with one label. @throws {InputError} no pixel has it */
export async function bitsOfLabel(
  breathe: Breathe,
  { data }: LabelMap,
  label: number,
  name: string,
): Promise<Uint8Array> {
  const bits = await bitsWhere(breathe, data, (value) => value === label);
  if (bits.includes(1)) return bits;
  const found = new Set<number>();
  for (let i = 0; i < data.length && found.size <= MOST_SHOWN; i += 1) found.add(data[i]!);
  const shown: unknown[] = [...found].sort((a, b) => a - b);
  if (shown.length > MOST_SHOWN) shown.splice(MOST_SHOWN, 1, "…");
  throw InputError.expected(name, `a label that it has (${shown.join(", ")})`, label);
}

/**
 * Pixels inside, of a mask whose levels say how much: half of the brightest level and more, so that soft borders are cut in their middle. Where
 * the levels are labels instead, all but 0 are inside: none of them may vanish because it is darker. Levels are labels if they are dark, or if
 * half of those between black and the brightest fill areas, which a soft border does not.
 *
 * @param full  the level that is white
 */
export async function bitsOfLevels(breathe: Breathe, map: LabelMap, full: number): Promise<Uint8Array> {
  const { brightest, areLabels } = await levelsOf(breathe, map, full);
  const least = areLabels ? 0 : brightest / 2;
  return bitsWhere(breathe, map.data, (value) => value > least);
}

/**
 * The brightest level, and whether levels are numbers of objects or classes, not how much of a pixel is inside.
 *
 * @param full  the level that is white
 */
export async function levelsOf(breathe: Breathe, map: LabelMap, full: number) {
  const { data } = map;
  let brightest = 0;
  await inPieces(breathe, data.length, (begin, end) => {
    for (let i = begin; i < end; i += 1) if (data[i]! > brightest) brightest = data[i]!;
  });
  return { brightest, areLabels: brightest < full * DARK || (await holdsLabels(breathe, map, brightest)) };
}

async function holdsLabels(breathe: Breathe, { data, width, height }: LabelMap, brightest: number) {
  const between = new Set<number>();
  const solid = new Set<number>();
  await inPieces(breathe, data.length, (begin, end) => {
    for (let i = begin; i < end; i += 1) {
      const value = data[i]!;
      if (value <= 0 || value === brightest || solid.has(value)) continue;
      between.add(value);
      const [x, y] = [i % width, Math.floor(i / width)];
      if (x > 0 && y > 0 && x < width - 1 && y < height - 1 && isSolid(data, i, width)) solid.add(value);
    }
  });
  return solid.size > 0 && 2 * solid.size >= between.size;
}

/** Whether the eight pixels around one have its value. */
function isSolid(data: ArrayLike<number>, at: number, width: number): boolean {
  for (const row of [at - width, at, at + width]) {
    for (let i = row - 1; i <= row + 1; i += 1) if (data[i] !== data[at]) return false;
  }
  return true;
}

/** What is at least half opaque; undefined where everything is quite opaque. */
export async function bitsOfAlpha(
  breathe: Breathe,
  { data, channels, width, height, isTransparent }: MaskPixels,
  full: number,
): Promise<Uint8Array | undefined> {
  if (channels % 2 === 1 && !isTransparent) return undefined;
  const bits = new Uint8Array(width * height);
  let isReal = false;
  await inPieces(breathe, bits.length, (begin, end) => {
    for (let i = begin, at = begin * channels; i < end; i += 1, at += channels) {
      const alpha = isTransparent ? (isTransparent(at) ? 0 : full) : data[at + channels - 1]!;
      if (alpha < full) isReal = true;
      if (2 * alpha >= full) bits[i] = 1;
    }
  });
  return isReal ? bits : undefined;
}

/** The white ones of indices, where all in use are black or white; else undefined. */
export async function whiteIndices(
  breathe: Breathe,
  data: ArrayLike<number>,
  palette: Uint8Array,
): Promise<ReadonlySet<number> | undefined> {
  const used = new Uint8Array(2 ** 16);
  await inPieces(breathe, data.length, (begin, end) => {
    for (let i = begin; i < end; i += 1) used[data[i]!] = 1;
  });
  const white = new Set<number>();
  for (const [index, isUsed] of used.entries()) {
    if (!isUsed) continue;
    const color = palette.subarray(3 * index, 3 * index + 3);
    if (color.every((value) => value === 255)) white.add(index);
    else if (color.some((value) => value !== 0)) return undefined;
  }
  return white;
}
