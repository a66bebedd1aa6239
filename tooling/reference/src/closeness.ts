/** Numbers with the sizes of their axes: a tensor of any type. */
export interface Numbers {
  readonly dims: readonly number[];
  readonly data: ArrayLike<number>;
}

/**
 * What errors of these values are measured by: largest less smallest; of equal values, or a single one, the distance to 0, or 1 where that is
 * less.
 */
export function rangeOf(values: ArrayLike<number>): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i] as number);
    high = Math.max(high, values[i] as number);
  }
  return high > low ? high - low : Math.max(Math.abs(high), 1);
}

/**
 * The largest difference of two tensors, over a range.
 *
 * @param range  by default that of the expected tensor
 * @returns      infinity where the shapes differ or a value is no number
 */
export function relativeError(
  actual: Numbers | undefined,
  expected: Numbers,
  range = rangeOf(expected.data),
): number {
  if (!actual || String(actual.dims) !== String(expected.dims)) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const difference = Math.abs((actual.data[i] as number) - (expected.data[i] as number));
    worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference);
  }
  return worst / range;
}

/**
 * The least intersection over union of the masks (logit > 0) of two tensors [..., height, width]; 1 where both are empty, 0 where
 * sizes or numbers of the masks differ.
 *
 * @param undecided  pixels whose expected logit is nearer to 0 may fall on either side; by default every pixel counts
 */
export function leastIou(actual: Numbers | undefined, expected: Numbers, undecided = 0): number {
  const [height = 1, width = 1] = expected.dims.slice(-2);
  if (
    actual?.data.length !== expected.data.length ||
    String(actual.dims.slice(-2)) !== String([height, width])
  )
    return 0;
  let least = 1;
  for (let start = 0; start < expected.data.length; start += height * width) {
    let both = 0;
    let either = 0;
    for (let i = start; i < start + height * width; i++) {
      const logit = expected.data[i] as number;
      if (Math.abs(logit) < undecided) continue;
      const isInside = (actual.data[i] as number) > 0;
      if (isInside && logit > 0) both += 1;
      if (isInside || logit > 0) either += 1;
    }
    if (either > 0) least = Math.min(least, both / either);
  }
  return least;
}
