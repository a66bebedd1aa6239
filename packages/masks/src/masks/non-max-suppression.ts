import { checkList, checkMembers, checkNumber, InputError } from "@sam2js/core";
import type { MaskBox } from "./run-lengths.js";

/**
 * Greedy non-maximum suppression: going from the best score down, a box stays unless it overlaps one that stays by more than `threshold`.
 * Equal scores keep their order. Intersection over union is computed from `x1 − x0` and `y1 − y0`, so a box without extent overlaps nothing,
 * and compared in float32, so an overlap of exactly `threshold` does not exceed it.
 *
 * @param boxes      [x0, y0, x1, y1] each, in pixels
 * @param scores     one per box, any numbers
 * @param threshold  intersection over union, 0 to 1
 * @returns          indices of the boxes that stay, best first
 * @throws {InputError} there is not one score per box
 * @see `torchvision.ops.batched_nms` with one category
 */
export function nonMaxSuppression(
  boxes: readonly MaskBox[],
  scores: ArrayLike<number>,
  threshold: number,
): number[] {
  checkList(boxes, "boxes", "a list of boxes [x0, y0, x1, y1]");
  checkMembers(scores, "scores", "a list of numbers, one for each box", "length");
  checkNumber(threshold, "threshold", "a number from 0 to 1");
  const total = boxes.length;
  if (scores.length !== total) {
    throw InputError.expected("scores", `one for each of ${total} boxes`, scores.length);
  }
  const order = Array.from({ length: total }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const sorted = new Float32Array(4 * total);
  const areas = new Float32Array(total);
  order.forEach((index, i) => {
    sorted.set(boxes[index]!, 4 * i);
    areas[i] = (sorted[4 * i + 2]! - sorted[4 * i]!) * (sorted[4 * i + 3]! - sorted[4 * i + 1]!);
  });
  const isSuppressed = new Uint8Array(total);
  const kept: number[] = [];
  const limit = Math.fround(threshold);
  for (let i = 0; i < total; i++) {
    if (isSuppressed[i]) continue;
    kept.push(order[i]!);
    const [x0, y0, x1, y1] = [sorted[4 * i]!, sorted[4 * i + 1]!, sorted[4 * i + 2]!, sorted[4 * i + 3]!];
    for (let j = i + 1; j < total; j++) {
      const width = Math.min(x1, sorted[4 * j + 2]!) - Math.max(x0, sorted[4 * j]!);
      const height = Math.min(y1, sorted[4 * j + 3]!) - Math.max(y0, sorted[4 * j + 1]!);
      if (width <= 0 || height <= 0) continue;
      const intersection = Math.fround(Math.fround(width) * Math.fround(height));
      const union = Math.fround(Math.fround(areas[i]! + areas[j]!) - intersection);
      if (Math.fround(intersection / union) > limit) isSuppressed[j] = 1;
    }
  }
  return kept;
}
