import type { Sam2HieraDetConfig } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import { arrange, crop, maxPool, padToWindows, type TokenMap, withTokens } from "../grid/token-map.js";
import type { AttentionForm } from "../layers/attention.js";
import { layerNorm } from "../layers/layer-norm.js";
import { linear } from "../layers/linear.js";
import { mlp } from "../layers/mlp.js";
import { add } from "../ops/elementwise.js";
import type { Weights } from "../weights/weights.js";
import { multiScaleAttention } from "./multi-scale-attention.js";
import type { BlockPlan } from "./plan.js";

export interface HieraBlock extends BlockPlan {
  readonly form: AttentionForm;
  readonly wantsWeights: boolean;
}

/**
 * One Hiera block: attention inside windows, then an MLP, each added to its input.
 *
 *   n = LN₁(x)
 *   s = x, or pool(n·W_p + b_p) where the channels change
 *   y = s + unwindow(attention(window(n)))
 *   z = y + MLP(LN₂(y))
 *
 * A map that whole windows cover stays in the order of windows; another one is padded, and the padding is cut off again. The padding
 * takes part as keys, as it did in training. To attention over the whole map the order of tokens is the same.
 *
 * @param map  [H·W, inputs]   @returns [H/stride · W/stride, channels]
 * @see Hiera, arXiv:2306.00989 §3
 */
export function hieraBlock(
  map: TokenMap,
  w: Weights,
  config: Sam2HieraDetConfig,
  block: HieraBlock,
): { readonly map: TokenMap; readonly weights: Value | undefined } {
  const { window, stride, channels } = block;
  const isCovered = window > 0 && map.height % window === 0 && map.width % window === 0;
  const keepsOrder = window === 0 && !block.wantsWeights;
  const x = keepsOrder ? map : arrange(map, isCovered ? window : 0);
  const n = withTokens(x, layerNorm(x.tokens, w.at("layer_norm1"), config.layerNormEps));
  const projected = block.inputs === channels ? x : withTokens(n, linear(n.tokens, w.at("proj"), channels));
  const shortcut = stride > 1 ? maxPool(projected, stride) : projected;

  const windows = window === 0 ? { ...n, tile: 0 } : arrange(padToWindows(n, window), window);
  const mixed = multiScaleAttention(windows, w.at("attn"), block);
  const merged =
    window === 0 ? mixed.map : crop(arrange(mixed.map, shortcut.tile), shortcut.height, shortcut.width);
  const y = add(shortcut.tokens, merged.tokens);

  const normed = layerNorm(y, w.at("layer_norm2"), config.layerNormEps);
  const z = add(
    y,
    mlp(normed, w.at("mlp"), {
      hidden: block.hidden,
      features: channels,
      depth: 2,
      activation: config.hiddenAct,
    }),
  );
  return { map: withTokens(shortcut, z), weights: mixed.weights };
}
