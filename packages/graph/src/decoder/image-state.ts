import type { Value } from "../builder/value.js";
import { splitHeads } from "../layers/attention.js";
import { linear } from "../layers/linear.js";
import { add, scale } from "../ops/elementwise.js";
import { transpose } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import type { DecoderGeometry } from "./geometry.js";

/** The image tokens X as a layer finds them. */
export type ImageState =
  | {
      /** All prompts have the same X: what layer 0 needs of it is computed once per image. */
      readonly kind: "shared";
      /** X [1, N, C]. */
      readonly tokens: Value;
      /** (X + positions)·W_k + b_k [1, heads, D, N] and X·W_v + b_v [1, heads, N, D] for token-to-image attention. */
      readonly keys: Value;
      readonly values: Value;
      /** ((X + positions)·W_q + b_q) / √D [1, N, heads·D] for image-to-token attention. */
      readonly queries: Value;
    }
  | {
      /** Each prompt has its own X. */
      readonly kind: "own";
      /** X and X + positions [P, N, C]. */
      readonly tokens: Value;
      readonly placed: Value;
    };

/** Projects what layer 0 needs of an image that all prompts share. @param tokens X [1, N, C] */
export function projectShared(
  tokens: Value,
  positions: Value,
  layer: Weights,
  { heads, inner, headSize }: DecoderGeometry,
): Extract<ImageState, { kind: "shared" }> {
  const placed = add(tokens, positions);
  const toImage = layer.at("cross_attn_token_to_image");
  const toToken = layer.at("cross_attn_image_to_token");
  return {
    kind: "shared",
    tokens,
    keys: transpose(splitHeads(linear(placed, toImage.at("k_proj"), inner), heads), [0, 1, 3, 2]),
    values: splitHeads(linear(tokens, toImage.at("v_proj"), inner), heads),
    queries: scale(linear(placed, toToken.at("q_proj"), inner), headSize ** -0.5),
  };
}
