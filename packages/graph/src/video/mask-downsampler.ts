import type { VideoModelConfig } from "@sam2js/core";
import type { Axis } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { activate } from "../layers/activation.js";
import { layerNorm } from "../layers/layer-norm.js";
import { affine } from "../layers/linear.js";
import { pointwise } from "../neck/lateral.js";
import { conv2d } from "../ops/conv.js";
import { reshape, transpose } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { ENCODER_EPSILON, memoryGeometry } from "./memory-geometry.js";

/**
 * A mask as one feature per image token: strided convolutions, each with stride² times the channels of the one before.
 *
 *   m ← a(LN(conv(m))) for each layer, then m·W + b
 *
 * @param mask  [P, 1, S, S]   @returns [P, N, C]
 */
export function downsampleMask(mask: Value, w: Weights, config: VideoModelConfig): Value {
  const { maskDownsamplerKernelSize: kernel, maskDownsamplerStride: stride } = config;
  const { maskDownsamplerPadding: padding, maskDownsamplerTotalStride: total } = config;
  const { tokens, channels } = memoryGeometry(config);
  const layers = Math.floor(Math.log2(total) / Math.log2(stride));
  let image = mask;
  let wide = 1;
  for (let index = 0; index < layers; index++) {
    const layer = w.at(`layers.${index}`);
    wide *= stride * stride;
    const square = (side: number) => [side, side] as const;
    const settings = { kernel: square(kernel), stride: square(stride), padding: square(padding) };
    const rows = transpose(conv2d(image, layer.at("conv"), { channels: wide, ...settings }), [0, 2, 3, 1]);
    const normed = layerNorm(rows, layer.at("layer_norm"), ENCODER_EPSILON);
    image = transpose(activate(normed, config.maskDownsamplerHiddenAct), [0, 3, 1, 2]);
  }
  const last = reshape(transpose(image, [0, 2, 3, 1]), [image.dims[0] as Axis, tokens, wide]);
  const { weight, bias } = pointwise(w.at("final_conv"), wide, channels);
  return affine(last, weight, bias);
}
