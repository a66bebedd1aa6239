import type { VisionConfig } from "@sam2js/core";
import { arrange, type TokenMap, withTokens } from "../grid/token-map.js";
import { affine, channels } from "../layers/linear.js";
import { add, cast } from "../ops/elementwise.js";
import { reshape } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { composed, isPointwise, lateral, pointwise } from "./lateral.js";

/**
 * The feature pyramid: every stage brought to the same channels, coarse levels added to finer ones where the config says so.
 *
 *   l_i = conv_i(x_i),  f_i = l_i + double(f_{i+1}) for top-down levels i, else l_i
 *
 * @param stages  the backbone's maps, finest first   @returns the levels in that order, [H·W, fpnHiddenSize]
 * @see Feature pyramid networks, arXiv:1612.03144
 */
export function neck(stages: readonly TokenMap[], w: Weights, config: VisionConfig): TokenMap[] {
  const levels: TokenMap[] = [];
  for (let level = config.backboneChannelList.length - 1; level >= 0; level--) {
    const own = lateral(stages[level] as TokenMap, convolution(w, level, config), config);
    const coarser = levels[0];
    levels.unshift(isTopDown(level, config) && coarser ? addDoubled(own, coarser) : own);
  }
  return levels;
}

/**
 * A level as a 1 × 1 convolution sees it: conv(f_i). Where the level is nothing but a 1 × 1 convolution itself, both are one.
 *
 * @param level  which one, 0 the finest   @param levels  what {@link neck} gave
 */
export function projectLevel(
  level: number,
  levels: readonly TokenMap[],
  stages: readonly TokenMap[],
  w: { readonly neck: Weights; readonly projection: Weights },
  outputs: number,
  config: VisionConfig,
): TokenMap {
  if (isPointwise(config) && !isTopDown(level, config)) {
    const first = convolution(w.neck, level, config);
    return composed(stages[level] as TokenMap, first, w.projection, { inner: config.fpnHiddenSize, outputs });
  }
  const map = levels[level] as TokenMap;
  const { weight, bias } = pointwise(w.projection, channels(map.tokens), outputs);
  return withTokens(map, affine(cast(map.tokens, weight.type), weight, bias));
}

function isTopDown(level: number, { fpnTopDownLevels, backboneChannelList }: VisionConfig): boolean {
  return level !== backboneChannelList.length - 1 && fpnTopDownLevels.includes(level);
}

/** The checkpoint counts the neck's convolutions from the coarsest level. */
function convolution(w: Weights, level: number, config: VisionConfig): Weights {
  return w.at(`convs.${config.backboneChannelList.length - 1 - level}`);
}

/** fine + coarse, each coarse token added to the 2 × 2 fine ones that it covers. */
function addDoubled(fine: TokenMap, coarse: TokenMap): TokenMap {
  const rows = arrange(fine, 0);
  const features = channels(rows.tokens);
  const squares = reshape(rows.tokens, [coarse.height, 2, coarse.width, 2, features]);
  const source = reshape(arrange(coarse, 0).tokens, [coarse.height, 1, coarse.width, 1, features]);
  return withTokens(rows, reshape(add(squares, source), rows.tokens.dims));
}
