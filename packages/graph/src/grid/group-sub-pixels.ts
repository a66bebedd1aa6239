import type { Value } from "../builder/graph-builder.js";
import { channels } from "../layers/linear.js";
import { reshape } from "../ops/shape.js";
import { subPixels } from "./grid-order.js";
import { orderOf, reorderTokens, type TokenMap } from "./token-map.js";

/**
 * The tokens of a fine level in groups of 4^depth: those inside one token of the image embedding. It is how the decoder takes them.
 *
 * @returns [1, N, 4^depth·C], N tokens of the image embedding
 */
export function groupSubPixels(level: TokenMap, depth: number): Value {
  const side = 2 ** depth;
  const height = level.height / side;
  const width = level.width / side;
  const grouped = reorderTokens(level.tokens, orderOf(level), subPixels(height, width, depth));
  return reshape(grouped, [1, height * width, side * side * channels(level.tokens)]);
}
