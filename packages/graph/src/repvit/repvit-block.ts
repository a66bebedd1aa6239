import type { RepVitGeometry } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import { gelu } from "../layers/activation.js";
import { add } from "../ops/elementwise.js";
import type { Weights } from "../weights/weights.js";
import { convNorm } from "./batch-norm.js";
import { depthwise, pointwise } from "./shapes.js";
import { squeezeExcite } from "./squeeze-excite.js";
import { tokenMixer } from "./token-mixer.js";

/** How the blocks of a stage are made. */
export interface StageShape extends RepVitGeometry {
  /** Width of the hidden layers over the channels. */
  readonly mlpRatio: number;
}

/**
 * A RepViT block: tokens are mixed, then channels.
 *
 *   y = se(mix(x)),  z = y + mlp(y)
 *
 * @param x  [1, C, H, W]   @see RepViT, arXiv:2307.09283, figure 5
 */
export function repvitBlock(x: Value, w: Weights, shape: StageShape, hasSqueezeExcite: boolean): Value {
  const mixed = tokenMixer(x, w.at("token_mixer"), shape);
  const weighed = hasSqueezeExcite ? squeezeExcite(mixed, w.at("se")) : mixed;
  return add(weighed, channelMixer(weighed, w.at("channel_mixer"), shape.mlpRatio));
}

/**
 * The way from one stage to the next: a block, half the resolution, other channels, and a channel mixer.
 *
 * @param x  [1, C, H, W]   @returns [1, channels, ⌈H/2⌉, ⌈W/2⌉]
 */
export function downsample(x: Value, w: Weights, shape: StageShape, channels: number): Value {
  const block = repvitBlock(x, w.at("pre_block"), shape, false);
  const halved = depthwise(x.dims[1] as number, shape.kernelSize, 2);
  const smaller = convNorm(block, w.at("spatial_downsample"), halved);
  const wider = convNorm(smaller, w.at("channel_downsample"), pointwise(channels));
  return add(wider, channelMixer(wider, w.at("ffn"), shape.mlpRatio));
}

/** Two pointwise convolutions with GELU between them. @param x  [1, C, H, W] */
function channelMixer(x: Value, w: Weights, mlpRatio: number): Value {
  const channels = x.dims[1] as number;
  const hidden = gelu(convNorm(x, w.at("conv1"), pointwise(channels * mlpRatio)));
  return convNorm(hidden, w.at("conv2"), pointwise(channels));
}
