import type { Axis } from "../builder/axis.js";
import type { Value } from "../builder/value.js";
import { concat, expand, reshape, slice } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";

/** Where the learned tokens stand before those of the prompt. */
const OBJECT_TOKEN = 0;
const IOU_TOKEN = 1;
const FIRST_MASK_TOKEN = 2;

/** The learned tokens, then the prompt's. @param prompt [P, K, C] @returns [P, T, C], T = 2 + masks + K */
export function prependOutputTokens(prompt: Value, w: Weights, masks: number): Value {
  const [prompts, , channels] = prompt.dims as [Axis, Axis, number];
  const learned = [
    w.get("obj_score_token.weight", [1, channels]),
    w.get("iou_token.weight", [1, channels]),
    w.get("mask_tokens.weight", [masks, channels]),
  ].map(({ value, dims }) => reshape(value, [1, ...dims]));
  const tokens = expand(concat(learned, 1), [prompts, FIRST_MASK_TOKEN + masks, channels]);
  return concat([tokens, prompt], 1, "T");
}

/** What the transformer made of the learned tokens: [P, C], [P, C] and [P, masks, C]. */
export function takeOutputTokens(tokens: Value, masks: number) {
  const [prompts, , channels] = tokens.dims as [Axis, Axis, number];
  const one = (index: number) => reshape(slice(tokens, 1, index, index + 1), [prompts, channels]);
  return {
    object: one(OBJECT_TOKEN),
    iou: one(IOU_TOKEN),
    masks: slice(tokens, 1, FIRST_MASK_TOKEN, FIRST_MASK_TOKEN + masks),
  };
}
