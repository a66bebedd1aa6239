import { sideBounds } from "./side-bounds.js";
import type { UpsamplePlan } from "./upsample-logits.js";

/**
 * How many pixels of upsampled logits are above each of two thresholds, without upsampling them: both in one go, as the stability of a
 * mask wants them.
 *
 * A bilinear pixel lies between its four low-resolution neighbours, so a cell whose corners are all on one side of both thresholds is
 * counted at once. The others are looked at pixel by pixel, with the very arithmetic of `upsampleLogits`.
 *
 * @param logits  float32 [h, w] of the plan's `from`, row by row
 * @returns       pixels above the higher and above the lower threshold
 */
export function countAboveBoth(
  logits: Float32Array,
  { from: [h, w], rows, columns }: UpsamplePlan,
  thresholds: readonly [number, number],
): { readonly higher: number; readonly lower: number } {
  const { threshold: high, sure: sureHigh, not: notHigh } = sideBounds(Math.max(...thresholds));
  const { threshold: low, sure: sureLow, not: notLow } = sideBounds(Math.min(...thresholds));
  const { firstWeight: left, secondWeight: right, cells: columnCells } = columns;
  const { firstWeight: above, secondWeight: below, cells: rowCells } = rows;
  let higher = 0;
  let lower = 0;
  for (let j = 0; j < h; j++) {
    const start = rowCells[j]!;
    const end = rowCells[j + 1]!;
    const height = end - start;
    if (height === 0) continue;
    const upper = j * w;
    const under = j + 1 < h ? upper + w : upper;
    for (let i = 0; i < w; i++) {
      const next = i + 1 < w ? i + 1 : i;
      const a = logits[upper + i]!;
      const b = logits[upper + next]!;
      const c = logits[under + i]!;
      const d = logits[under + next]!;
      const least = Math.min(a, b, c, d);
      const most = Math.max(a, b, c, d);
      if (most <= notLow) continue;
      const first = columnCells[i]!;
      const last = columnCells[i + 1]!;
      if (least > sureLow && (least > sureHigh || most <= notHigh)) {
        const area = height * (last - first);
        lower += area;
        if (least > sureHigh) higher += area;
        continue;
      }
      for (let x = first; x < last; x++) {
        const top = Math.fround(a * left[x]! + Math.fround(b * right[x]!));
        const bottom = Math.fround(c * left[x]! + Math.fround(d * right[x]!));
        for (let y = start; y < end; y++) {
          const value = Math.fround(top * above[y]! + Math.fround(bottom * below[y]!));
          lower += Number(value > low);
          higher += Number(value > high);
        }
      }
    }
  }
  return { higher, lower };
}
