import type { Sam2MaskDecoderConfig } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import type { AttentionForm } from "../layers/attention.js";
import { layerNorm } from "../layers/layer-norm.js";
import { mlp } from "../layers/mlp.js";
import { add } from "../ops/elementwise.js";
import type { Weights } from "../weights/weights.js";
import { type DecoderGeometry, TOKEN_EPSILON } from "./geometry.js";
import { imageToToken } from "./image-to-token.js";
import type { ImageTokens } from "./image-tokens.js";
import { selfAttention } from "./self-attention.js";
import { tokenToImage } from "./token-to-image.js";

export interface TwoWayBlock {
  readonly layer: number;
  readonly config: Sam2MaskDecoderConfig;
  readonly geometry: DecoderGeometry;
  readonly form: AttentionForm;
  /** Positions of the tokens [P, T, C]: the tokens as they came in. */
  readonly tokenPositions: Value;
  /** Added to the scores of token-to-image attention. */
  readonly similarity: Value | undefined;
}

/**
 * One layer of the two-way transformer. p are the tokens' positions, π those of the image.
 *
 *   t ← LN₁(t + self(t + p, t)), in layer 0 LN₁(self(t, t))
 *   t ← LN₂(t + tokenToImage(t + p, X + π, X))
 *   t ← LN₃(t + MLP(t))
 *   X ← LN₄(X + imageToToken(X + π, t + p, t))
 *
 * @param tokens  t [P, T, C]   @param image  X
 * @see SAM, arXiv:2304.02643 appendix A
 */
export function twoWayBlock(
  tokens: Value,
  image: ImageTokens,
  w: Weights,
  { layer, config, geometry, form, tokenPositions, similarity }: TwoWayBlock,
) {
  const { channels, heads, layers } = geometry;
  const norm = (x: Value, index: number) => layerNorm(x, w.at(`layer_norm${index}`), TOKEN_EPSILON);
  const self = { channels, heads, form };
  const placed = layer === 0 ? tokens : add(tokens, tokenPositions);
  const mixed = selfAttention(placed, tokens, w.at("self_attn"), self);
  let t = norm(layer === 0 ? mixed : add(tokens, mixed), 1);
  const seen = tokenToImage(
    add(t, tokenPositions),
    image,
    w.at("cross_attn_token_to_image"),
    geometry,
    similarity,
  );
  t = norm(add(t, seen), 2);
  const hidden = mlp(t, w.at("mlp"), {
    hidden: config.mlpDim,
    features: channels,
    depth: layers,
    activation: "relu",
  });
  t = norm(add(t, hidden), 3);
  const told = imageToToken(
    add(t, tokenPositions),
    t,
    image,
    w.at("cross_attn_image_to_token"),
    w.at("layer_norm4"),
    geometry,
  );
  return { tokens: t, ...told };
}
