import { describeValue, InputError } from "@sam2js/core";
import type { Rle } from "./run-lengths.js";

/** Positions in a mask must fit 31 bits, as in the tools that read COCO files. */
const MAX_PIXELS = 2 ** 31 - 1;

/** Run lengths that were found to be whole: those of one object are counted once. */
const whole = new WeakSet<Rle>();

/**
 * Checks run lengths that may come from outside. Whatever reads run lengths begins with it: from counts that do not fill the size comes a
 * wrong number, or a loop without an end.
 *
 * @throws {InputError} it is no RLE, size or counts are not whole numbers >= 0, or the counts do not add up to the size
 */
export function checkRle(rle: Rle, name = "mask"): void {
  if (whole.has(rle)) return;
  const isList = (value: unknown) => Array.isArray(value) || ArrayBuffer.isView(value);
  if (!isList(rle?.size) || !isList(rle.counts)) {
    const next = typeof rle?.counts === "string" ? "read COCO's text by decompressRle" : undefined;
    throw InputError.expected(name, "{ size: [height, width], counts: […] }", describeValue(rle), next);
  }
  const [height, width] = rle.size;
  if (!isCount(height) || !isCount(width) || height * width > MAX_PIXELS) {
    throw InputError.expected(
      name,
      `a size of [height, width] in whole pixels, at most ${MAX_PIXELS} in all`,
      `[${rle.size}]`,
    );
  }
  let sum = 0;
  for (let i = 0; i < rle.counts.length; i++) {
    const count = rle.counts[i]!;
    if (!isCount(count)) {
      throw InputError.expected(name, "counts of whole numbers >= 0", `${count} at ${i}`);
    }
    sum += count;
  }
  if (sum !== height * width) {
    throw InputError.expected(
      name,
      `counts that add up to ${height} x ${width} = ${height * width} pixels`,
      sum,
      "size is [height, width]",
    );
  }
  whole.add(rle);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
