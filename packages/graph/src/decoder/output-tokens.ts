import type { Axis } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
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

/** Which of the learned tokens a graph reads, besides that of the predicted IoU. */
export interface OutputTokens {
  /** The one that says whether there is an object. */
  readonly object: boolean;
  /** Those of masks `firstMask` to `endMask`. */
  readonly firstMask: number;
  readonly endMask: number;
}

/** Where the tokens stand that a graph reads. */
export function outputPlaces({ object, firstMask, endMask }: OutputTokens): number[] {
  const masks = Array.from({ length: endMask - firstMask }, (_, i) => FIRST_MASK_TOKEN + firstMask + i);
  return [...(object ? [OBJECT_TOKEN] : []), IOU_TOKEN, ...masks];
}

/** What the transformer made of the tokens at {@link outputPlaces}, [P, places, C]: [P, C] and [P, masks, C]. */
export function takeOutputTokens(tokens: Value, { object }: OutputTokens) {
  const [, places] = tokens.dims as [Axis, number];
  const iou = object ? 1 : 0;
  return { iou: token(tokens, iou), masks: slice(tokens, 1, iou + 1, places) };
}

/** As {@link takeOutputTokens}, the token that says whether there is an object, where it was asked for: [P, C]. */
export function takeObjectToken(tokens: Value): Value {
  return token(tokens, 0);
}

function token(tokens: Value, place: number): Value {
  const [prompts, , channels] = tokens.dims as [Axis, number, number];
  return reshape(slice(tokens, 1, place, place + 1), [prompts, channels]);
}
