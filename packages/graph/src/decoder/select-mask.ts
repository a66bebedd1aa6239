import type { Sam2MaskDecoderConfig } from "@sam2js/core";
import type { Axis } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { cast, div, equal, greater, greaterOrEqual, where } from "../ops/elementwise.js";
import { matMul } from "../ops/matmul.js";
import { argMax, reduceSum } from "../ops/reduce.js";
import { reshape, slice } from "../ops/shape.js";

/**
 * Keeps mask 0 where it is stable, else takes the best of the others by predicted IoU.
 *
 *   stability = #(logit > δ) / #(logit > −δ), 1 where nothing is above −δ
 *
 * @param logits  [P, masks, pixels]   @param scores  [P, masks]
 * @returns       logits [P, 1, pixels] and scores [P, 1]
 */
export function stableMask(logits: Value, scores: Value, config: Sam2MaskDecoderConfig) {
  const { graph } = logits;
  const [prompts, masks, pixels] = logits.dims as [Axis, number, number];
  const { dynamicMultimaskStabilityDelta: delta, dynamicMultimaskStabilityThresh: threshold } = config;
  const single = reshape(slice(logits, 1, 0, 1), [prompts, pixels]);
  const area = (level: number) => reduceSum(cast(greater(single, graph.float([level], [])), "float32"), [1]);
  const [inner, outer] = [area(delta), area(-delta)];
  const one = graph.float([1], []);
  const stability = where(greater(outer, graph.float([0], [])), div(inner, outer), one);
  const isStable = reshape(greaterOrEqual(stability, graph.float([threshold], [])), [prompts, 1]);

  const best = reshape(argMax(slice(scores, 1, 1, masks), 1), [prompts, 1]);
  const others = graph.int(Array.from({ length: masks - 1 }, (_, i) => i));
  const choice = reshape(cast(equal(best, others), "float32"), [prompts, 1, masks - 1]);
  const bestLogits = matMul(choice, slice(logits, 1, 1, masks));
  const bestScores = reshape(matMul(choice, reshape(slice(scores, 1, 1, masks), [prompts, masks - 1, 1])), [
    prompts,
    1,
  ]);
  return {
    logits: where(reshape(isStable, [prompts, 1, 1]), slice(logits, 1, 0, 1), bestLogits),
    scores: where(isStable, slice(scores, 1, 0, 1), bestScores),
  };
}
