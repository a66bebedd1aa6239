import type { Sam2HieraDetConfig } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import { fromImage } from "../grid/reference-layout.js";
import type { TokenMap } from "../grid/token-map.js";
import { conv2d } from "../ops/conv.js";
import type { Weights } from "../weights/weights.js";

/**
 * Overlapping patches of pixels as tokens: one convolution.
 *
 * @param pixels  [1, channels, height, width]   @returns [H·W, C], row by row
 */
export function patchEmbedding(pixels: Value, w: Weights, config: Sam2HieraDetConfig): TokenMap {
  const channels = config.hiddenSize;
  const image = conv2d(pixels, w.at("projection"), {
    channels,
    kernel: config.patchKernelSize,
    stride: config.patchStride,
    padding: config.patchPadding,
  });
  return fromImage(image);
}
