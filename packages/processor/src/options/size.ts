import { InputError } from "@sam2js/core";
import type { Fail } from "./fail.js";

/** A fixed size in pixels. */
export interface FixedSize {
  /** In pixels, 1 to 8192. */
  readonly height: number;
  /** In pixels, 1 to 8192. */
  readonly width: number;
}

/** What images are resized to, in pixels. The last three keep the aspect ratio. */
export type Size =
  | FixedSize
  | { readonly shortestEdge: number }
  | { readonly shortestEdge: number; readonly longestEdge: number }
  | { readonly maxHeight: number; readonly maxWidth: number };

/** A size as it may be given: a number is the side of a square, a pair is [height, width]. */
export type SizeOption = number | readonly [height: number, width: number] | Size;

/** Longest side that images are brought to: float32 RGB of this size is 0.8 GB, four times the largest encoder known. */
export const MAX_OUTPUT_SIDE = 8192;

const KEYS = {
  height: "height",
  width: "width",
  shortestEdge: "shortest_edge",
  longestEdge: "longest_edge",
  maxHeight: "max_height",
  maxWidth: "max_width",
} as const;
type Key = keyof typeof KEYS;

const ALLOWED: readonly (readonly Key[])[] = [
  ["height", "width"],
  ["shortestEdge"],
  ["shortestEdge", "longestEdge"],
  ["maxHeight", "maxWidth"],
];

const EXPECTED = "a side in pixels, [height, width], or { height, width }";

/**
 * Reads a size in any of its forms, with keys in camelCase or, from files, in snake_case.
 *
 * @param square  whether a single number is the side of a square; else it is the shorter side (`default_to_square`)
 */
export function parseSize(value: unknown, name: string, fail: Fail, square = true): Size {
  if (typeof value === "number") {
    const side = parseSide(value, name, fail);
    return square ? { height: side, width: side } : { shortestEdge: side };
  }
  if (Array.isArray(value)) {
    if (value.length !== 2) return fail(name, EXPECTED, value);
    return {
      height: parseSide(value[0], `${name}[0]`, fail),
      width: parseSide(value[1], `${name}[1]`, fail),
    };
  }
  if (typeof value !== "object" || value === null) return fail(name, EXPECTED, value);
  const size: Partial<Record<Key, number>> = {};
  for (const [given, side] of Object.entries(value)) {
    if (side === null || side === undefined) continue;
    const key = (Object.keys(KEYS) as Key[]).find((one) => one === given || KEYS[one] === given);
    if (!key) return fail(name, `${EXPECTED} (or shortestEdge, longestEdge, maxHeight, maxWidth)`, value);
    size[key] = parseSide(side, `${name}.${given}`, fail);
  }
  const keys = Object.keys(size);
  if (!ALLOWED.some((set) => set.length === keys.length && set.every((key) => key in size))) {
    return fail(name, EXPECTED, value);
  }
  return size as Size;
}

/** As {@link parseSize}, for options that need both height and width. */
export function parseFixedSize(value: unknown, name: string, fail: Fail): FixedSize {
  const size = parseSize(value, name, fail);
  return "height" in size ? size : fail(name, EXPECTED, value);
}

function parseSide(value: unknown, name: string, fail: Fail): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAX_OUTPUT_SIDE)
    return value;
  return fail(name, `whole pixels, 1 to ${MAX_OUTPUT_SIDE}`, value);
}

/** The size as the reference's files write it. */
export function sizeToJSON(size: Size): Record<string, number> {
  return Object.fromEntries(Object.entries(size).map(([key, value]) => [KEYS[key as Key], value]));
}

/**
 * The size that an image gets.
 *
 * @returns [height, width] in pixels
 * @throws {InputError} an image so narrow that a side would be 0, or longer than {@link MAX_OUTPUT_SIDE}
 */
export function outputSize(size: Size, height: number, width: number): [height: number, width: number] {
  const result = unchecked(size, height, width);
  if (result.every((side) => side >= 1 && side <= MAX_OUTPUT_SIDE)) return result;
  throw InputError.expected(
    "size",
    `a result of 1 to ${MAX_OUTPUT_SIDE} pixels a side`,
    `[${result.join(", ")}] for an image of [${height}, ${width}]`,
    "give size as { height, width }",
  );
}

/**
 * Checks how much is allocated for an image that need not have been resized.
 *
 * @throws {InputError} more pixels than a square of {@link MAX_OUTPUT_SIDE}
 */
export function checkOutputArea(height: number, width: number): void {
  if (height * width <= MAX_OUTPUT_SIDE ** 2) return;
  throw InputError.expected(
    "doResize",
    `at most ${MAX_OUTPUT_SIDE} x ${MAX_OUTPUT_SIDE} pixels where it is false`,
    `${width} x ${height}`,
    "set doResize or doCenterCrop to true",
  );
}

function unchecked(size: Size, height: number, width: number): [height: number, width: number] {
  if ("height" in size) return [size.height, size.width];
  if ("maxHeight" in size) {
    const scale = Math.min(size.maxHeight / height, size.maxWidth / width);
    return [Math.trunc(height * scale), Math.trunc(width * scale)];
  }
  const shorter = Math.min(height, width);
  const longer = Math.max(height, width);
  let short = size.shortestEdge;
  let exactShort = short;
  if ("longestEdge" in size && (longer / shorter) * short > size.longestEdge) {
    exactShort = (size.longestEdge * shorter) / longer;
    short = roundHalfEven(exactShort);
  }
  const long = shorter === short ? longer : Math.trunc((exactShort * longer) / shorter);
  return width < height ? [long, short] : [short, long];
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
