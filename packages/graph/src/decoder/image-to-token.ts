import type { Value } from "../builder/graph-builder.js";
import { splitHeads } from "../layers/attention.js";
import { linear } from "../layers/linear.js";
import { scale } from "../ops/elementwise.js";
import type { Weights } from "../weights/weights.js";
import type { DecoderGeometry } from "./geometry.js";
import type { Heard, ImageTokens } from "./image-tokens.js";

/**
 * The image attends to the tokens, and is normed.
 *
 * @param placed  tokens with their positions, for keys [P, T, C]   @param tokens  for values   @param norm  of the image
 */
export function imageToToken(
  placed: Value,
  tokens: Value,
  image: ImageTokens,
  w: Weights,
  norm: Weights,
  { heads, inner, headSize }: DecoderGeometry,
): Heard {
  const keys = splitHeads(linear(placed, w.at("k_proj"), inner), heads);
  const values = splitHeads(linear(tokens, w.at("v_proj"), inner), heads);
  return image.hearing(scale(keys, headSize ** -0.5), values, w, norm);
}
