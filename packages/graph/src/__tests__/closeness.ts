import type { TensorLike } from "@sam2js/core";

/**
 * Largest difference of two tensors over the range of the expected one (largest − smallest; the size of a single value).
 * Infinity where shapes differ, NaN where a value is NaN.
 */
export function relativeError(actual: TensorLike | undefined, expected: TensorLike): number {
  if (!actual || String(actual.dims) !== String(expected.dims)) return Number.POSITIVE_INFINITY;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let error = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const value = expected.data[i] as number;
    low = Math.min(low, value);
    high = Math.max(high, value);
    const difference = Math.abs((actual.data[i] as number) - value);
    error = Math.max(error, difference);
  }
  return error / (high > low ? high - low : Math.max(Math.abs(high), 1));
}

/** Least intersection over union of the masks (logit > 0) of two tensors [.., height, width]; 1 where both are empty. */
export function leastIou(actual: TensorLike, expected: TensorLike): number {
  const pixels = expected.dims.slice(-2).reduce((a, b) => a * b, 1);
  let least = 1;
  for (let start = 0; start < expected.data.length; start += pixels) {
    let both = 0;
    let either = 0;
    for (let i = start; i < start + pixels; i++) {
      const inside = (actual.data[i] as number) > 0;
      const expectedInside = (expected.data[i] as number) > 0;
      if (inside && expectedInside) both++;
      if (inside || expectedInside) either++;
    }
    if (either > 0) least = Math.min(least, both / either);
  }
  return least;
}
