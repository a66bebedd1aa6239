import type { Value } from "../builder/graph-builder.js";
import { splitHeads } from "../layers/attention.js";
import { linear } from "../layers/linear.js";
import { scale } from "../ops/elementwise.js";
import type { Weights } from "../weights/weights.js";
import type { DecoderGeometry } from "./geometry.js";
import type { ImageTokens } from "./image-tokens.js";

/**
 * Tokens attend to the image.
 *
 * @param placed      tokens with their positions [P, T, C]
 * @param similarity  added to the scores, [P?, heads?, T?, N]
 * @returns           [P, T, C]
 */
export function tokenToImage(
  placed: Value,
  image: ImageTokens,
  w: Weights,
  { channels, heads, inner, headSize }: DecoderGeometry,
  similarity?: Value,
): Value {
  const queries = scale(splitHeads(linear(placed, w.at("q_proj"), inner), heads), headSize ** -0.5);
  return linear(image.readBy(queries, w, similarity), w.at("o_proj"), channels);
}
