import type { TensorLike } from "@sam2js/core";

/** The largest difference of any element, over the range of the wanted values (over 1e-3 where they hardly differ). */
export function difference(actual: TensorLike | undefined, wanted: TensorLike): number {
  if (!actual || actual.dims.join() !== wanted.dims.join()) return Number.POSITIVE_INFINITY;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < wanted.data.length; i++) {
    const value = wanted.data[i] as number;
    low = Math.min(low, value);
    high = Math.max(high, value);
    const distance = Math.abs((actual.data[i] as number) - value);
    worst = Number.isNaN(distance) ? Number.POSITIVE_INFINITY : Math.max(worst, distance);
  }
  return worst / Math.max(high - low, Math.abs(high), 1e-3);
}

/** The smallest intersection over union of the masks of two [..., h, w] logits. */
export function worstIou(actual: TensorLike, wanted: TensorLike): number {
  const [height = 0, width = 0] = wanted.dims.slice(-2);
  let worst = 1;
  for (let begin = 0; begin < wanted.data.length; begin += height * width) {
    let both = 0;
    let either = 0;
    for (let i = begin; i < begin + height * width; i++) {
      const a = (actual.data[i] as number) > 0;
      const b = (wanted.data[i] as number) > 0;
      if (a && b) both++;
      if (a || b) either++;
    }
    if (either > 0) worst = Math.min(worst, both / either);
  }
  return worst;
}
