import { describeValue, InputError } from "@sam2js/core";
import { checkRle } from "./check-rle.js";
import { rleArea } from "./rle.js";
import { RleBuilder } from "./rle-builder.js";
import type { Rle } from "./run-lengths.js";

/**
 * Pixels that are inside both masks, without decoding either.
 *
 * @throws {InputError} the masks are of different sizes
 */
export function rleIntersectionArea(a: Rle, b: Rle): number {
  let area = 0;
  walk(a, b, (inA, inB, length) => {
    if (inA && inB) area += length;
  });
  return area;
}

/**
 * Intersection over union of two masks, without decoding either; 0 where both are empty.
 *
 * @throws {InputError} the masks are of different sizes
 */
export function rleIou(a: Rle, b: Rle): number {
  const intersection = rleIntersectionArea(a, b);
  const union = rleArea(a) + rleArea(b) - intersection;
  return union === 0 ? 0 : intersection / union;
}

/**
 * The pixels inside both masks (`"and"`), at least one (`"or"`), or the first but not the second (`"subtract"`), without decoding.
 *
 * @throws {InputError} the masks are of different sizes
 */
export function combineRle(a: Rle, b: Rle, operation: "and" | "or" | "subtract"): Rle {
  if (!["and", "or", "subtract"].includes(operation)) {
    throw InputError.expected("operation", '"and", "or" or "subtract"', describeValue(operation));
  }
  const builder = new RleBuilder();
  walk(a, b, (inA, inB, length) => {
    const inside = operation === "and" ? inA && inB : operation === "or" ? inA || inB : inA && !inB;
    builder.add(inside, length);
  });
  return { size: a.size, counts: builder.finish() };
}

/** Visits the stretches in which neither mask changes sides. */
function walk(a: Rle, b: Rle, visit: (inA: boolean, inB: boolean, length: number) => void): void {
  checkRle(a);
  checkRle(b);
  if (a.size[0] !== b.size[0] || a.size[1] !== b.size[1]) {
    throw InputError.expected(
      "masks",
      "two of one size",
      `[${a.size}] and [${b.size}] ([height, width])`,
      "pad or crop one first",
    );
  }
  let i = 0;
  let j = 0;
  let leftA = a.counts[0] ?? 0;
  let leftB = b.counts[0] ?? 0;
  while (i < a.counts.length && j < b.counts.length) {
    const length = Math.min(leftA, leftB);
    if (length > 0) visit((i & 1) === 1, (j & 1) === 1, length);
    leftA -= length;
    leftB -= length;
    if (leftA === 0) leftA = a.counts[++i] ?? 0;
    if (leftB === 0) leftB = b.counts[++j] ?? 0;
  }
}
