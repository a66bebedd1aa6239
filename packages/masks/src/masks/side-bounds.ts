/** What decides on which side of a threshold the pixels between some logits are, whatever rounding does to them. */
export interface SideBounds {
  /** As float32. */
  readonly threshold: number;
  /** Pixels between logits that are all above it are above the threshold. */
  readonly sure: number;
  /** Pixels between logits none of which is above it are not. */
  readonly not: number;
}

/** Weighted sums of values beyond a threshold can be rounded back to it, by some 1e-7 of it. */
const ROUNDING = 1e-6;

/** The bounds of a threshold, a little above and below it. */
export function sideBounds(given: number): SideBounds {
  const threshold = Math.fround(given);
  const margin = Math.abs(threshold) * ROUNDING;
  return { threshold, sure: threshold + margin, not: threshold - margin };
}
