import type { ImageState } from "@sam2js/embeddings";
import type { PromptDecoder } from "../model/mask-decoder.js";
import { pointRows } from "../model/point-rows.js";
import type { SettledOptions } from "./generation-options.js";

/** Masks that some points of a grid gave, at low resolution. */
export interface Candidates {
  /** [K]. */
  readonly scores: Float32Array;
  /** [K, h, w] logits. */
  readonly masks: Float32Array;
  /** [K]: which of the points each came from. */
  readonly points: Int32Array;
}

/** Meta's predictor hands masks on as prompts within these bounds. */
const PROMPT_LIMIT = 32;

/**
 * Decodes points, one object each. Where no second pass needs them, masks whose predicted IoU fails are not made at all.
 *
 * @param points  [P, 2] in pixels of the model's input
 */
export async function decodePoints(
  decoder: PromptDecoder,
  image: ImageState,
  points: Float32Array,
  options: SettledOptions,
): Promise<Candidates> {
  const { multimaskOutput, predIouThresh, useM2m, signal } = options;
  const count = points.length / 2;
  if (multimaskOutput && !useM2m) {
    const threshold = predIouThresh > 0 ? predIouThresh : Number.NEGATIVE_INFINITY;
    const { iouScores, kept, masks } = await decoder.decodeAbove(image, points, {
      predIouThresh: threshold,
      signal,
    });
    return {
      scores: Float32Array.from(kept, (index) => iouScores[index] ?? 0),
      masks,
      points: kept.map((index) => Math.floor((index * count) / iouScores.length)),
    };
  }
  const rows = pointRows(points);
  const first = await decoder.decode(image, rows, { multimask: multimaskOutput, signal });
  const { data: scores } = first.iouScores;
  const { data: masks } = first.predMasks;
  const sources = Int32Array.from(scores, (_, index) => Math.floor((index * count) / scores.length));
  if (!useM2m) return { scores, masks, points: sources };

  const again = new Float32Array(2 * sources.length);
  for (const [index, source] of sources.entries())
    again.set(points.subarray(2 * source, 2 * source + 2), 2 * index);
  const prompts = masks.map((logit) => Math.max(-PROMPT_LIMIT, Math.min(PROMPT_LIMIT, logit)));
  const refined = await decoder.decode(image, pointRows(again), {
    multimask: false,
    masks: { dims: [sources.length, 1, ...first.predMasks.dims.slice(2)], data: prompts },
    signal,
  });
  return { scores: refined.iouScores.data, masks: refined.predMasks.data, points: sources };
}
