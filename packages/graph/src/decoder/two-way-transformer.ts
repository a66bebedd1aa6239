import type { Value } from "../builder/graph-builder.js";
import { layerNorm } from "../layers/layer-norm.js";
import { add } from "../ops/elementwise.js";
import { gather } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { TOKEN_EPSILON } from "./geometry.js";
import type { ImageTokens } from "./image-tokens.js";
import { tokenToImage } from "./token-to-image.js";
import { type TwoWayBlock, twoWayBlock } from "./two-way-block.js";

export interface TwoWayTransformer extends Omit<TwoWayBlock, "layer" | "tokenPositions"> {
  /** Of the concept to look for, added before each layer [P?, T?, C]. */
  readonly target: Value | undefined;
  /** Places of the tokens that are asked for: only they look at the image once more. */
  readonly wanted: readonly number[];
}

/**
 * Tokens and image inform each other, then the tokens look at the image once more.
 *
 * The target is added in place by the reference, so what it adds before layer 0 is also in the tokens' positions, in all layers.
 *
 * @param tokens  [P, T, C]   @param image  X
 * @returns       the tokens wanted, X, and image-to-token weights [P, heads, N, T] per layer
 */
export function twoWayTransformer(
  tokens: Value,
  image: ImageTokens,
  w: Weights,
  { target, wanted, ...shared }: TwoWayTransformer,
) {
  const { geometry } = shared;
  const aim = (x: Value) => (target ? add(x, target) : x);
  const tokenPositions = aim(tokens);
  const weights: Value[] = [];
  let t = tokenPositions;
  let x = image;
  for (let layer = 0; layer < geometry.layers; layer++) {
    const block = twoWayBlock(layer === 0 ? t : aim(t), x, w.at(`layers.${layer}`), {
      ...shared,
      layer,
      tokenPositions,
    });
    t = block.tokens;
    x = block.image;
    weights.push(block.weights);
  }
  t = gather(t, 1, wanted);
  const placed = add(t, gather(tokenPositions, 1, wanted));
  const seen = tokenToImage(placed, x, w.at("final_attn_token_to_image"), geometry);
  t = layerNorm(add(t, seen), w.at("layer_norm_final_attn"), TOKEN_EPSILON);
  return { tokens: t, image: x, weights };
}
