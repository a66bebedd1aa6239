import type { Sam2VisionConfig } from "@sam2js/core";
import { arrange, type TokenMap, withTokens } from "../grid/token-map.js";
import { affine, channels } from "../layers/linear.js";
import { conv2d } from "../ops/conv.js";
import { add } from "../ops/elementwise.js";
import { reshape, transpose } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";

/**
 * The feature pyramid: every stage brought to the same channels, coarse levels added to finer ones where the config says so.
 *
 *   l_i = conv_i(x_i),  f_i = l_i + double(f_{i+1}) for top-down levels i, else l_i
 *
 * @param stages  the backbone's maps, finest first   @returns the levels in that order, [H·W, fpnHiddenSize]
 * @see Feature pyramid networks, arXiv:1612.03144
 */
export function neck(stages: readonly TokenMap[], w: Weights, config: Sam2VisionConfig): TokenMap[] {
  const last = config.backboneChannelList.length - 1;
  const levels: TokenMap[] = [];
  for (let level = last; level >= 0; level--) {
    const lateral = lateralConvolution(stages[level] as TokenMap, w.at(`convs.${last - level}`), config);
    const coarser = levels[0];
    const isTopDown = level !== last && config.fpnTopDownLevels.includes(level);
    levels.unshift(isTopDown && coarser ? addDoubled(lateral, coarser) : lateral);
  }
  return levels;
}

function lateralConvolution(map: TokenMap, w: Weights, config: Sam2VisionConfig): TokenMap {
  const { fpnHiddenSize, fpnKernelSize: kernel, fpnStride: stride, fpnPadding: padding } = config;
  if (kernel === 1 && stride === 1 && padding === 0) {
    const weight = w.get("weight", [fpnHiddenSize, channels(map.tokens), 1, 1]);
    const matrix = weight.view([fpnHiddenSize, channels(map.tokens)]);
    return withTokens(map, affine(map.tokens, matrix, w.get("bias", [fpnHiddenSize])));
  }
  const image = conv2d(toImage(map), w, {
    channels: fpnHiddenSize,
    kernel: [kernel, kernel],
    stride: [stride, stride],
    padding: [padding, padding],
  });
  const [height, width] = image.dims.slice(2) as [number, number];
  const tokens = transpose(reshape(image, [fpnHiddenSize, height * width]), [1, 0]);
  return { tokens, height, width, tile: 0 };
}

/** fine + coarse, each coarse token added to the 2 × 2 fine ones that it covers. */
function addDoubled(fine: TokenMap, coarse: TokenMap): TokenMap {
  const rows = arrange(fine, 0);
  const features = channels(rows.tokens);
  const squares = reshape(rows.tokens, [coarse.height, 2, coarse.width, 2, features]);
  const source = reshape(arrange(coarse, 0).tokens, [coarse.height, 1, coarse.width, 1, features]);
  return withTokens(rows, reshape(add(squares, source), rows.tokens.dims));
}

/** As the reference has feature maps: [1, C, H, W]. */
export function toImage(map: TokenMap) {
  const { tokens, height, width } = arrange(map, 0);
  return reshape(transpose(tokens, [1, 0]), [1, channels(tokens), height, width]);
}

/** As the reference has hidden states: [1, H, W, C]. */
export function toChannelsLast(map: TokenMap) {
  const { tokens, height, width } = arrange(map, 0);
  return reshape(tokens, [1, height, width, channels(tokens)]);
}
