import type { Axis } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { cast, equal } from "../ops/elementwise.js";
import { matMul } from "../ops/matmul.js";
import { argMax } from "../ops/reduce.js";
import { reshape, slice } from "../ops/shape.js";

/** Takes, for each prompt, one of several things: [P, M − 1, ..] → [P, 1, ..] for those that belong to masks 1 to M − 1. */
export type Choice = (things: Value) => Value;

/** The masks for ambiguous prompts, of which the one with the best predicted IoU counts; the first on ties. @param scores [P, M] */
export function bestMask(scores: Value): Choice {
  const [prompts, masks] = scores.dims as [Axis, number];
  const best = reshape(argMax(slice(scores, 1, 1, masks), 1), [prompts, 1]);
  const all = scores.graph.int(Array.from({ length: masks - 1 }, (_, i) => i));
  const chosen = reshape(cast(equal(best, all), "float32"), [prompts, 1, masks - 1]);
  return (things) => matMul(chosen, things);
}
