import type { VideoModelConfig } from "@sam2js/core";
import type { Axis } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { activate } from "../layers/activation.js";
import { layerNorm } from "../layers/layer-norm.js";
import { linear } from "../layers/linear.js";
import { conv2d } from "../ops/conv.js";
import { add, mul } from "../ops/elementwise.js";
import { reshape, transpose } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { ENCODER_EPSILON, memoryGeometry } from "./memory-geometry.js";

/**
 * Image features and mask features become one.
 *
 *   x ← x + s·(a(LN(depthwise(x))·W₁ + b₁)·W₂ + b₂) in each layer
 *
 * @param x  [P, N, C]   @returns [P, N, C]
 * @see ConvNeXt, arXiv:2201.03545
 */
export function fuseMemory(x: Value, w: Weights, config: VideoModelConfig): Value {
  const { memoryFuserKernelSize: kernel, memoryFuserPadding: padding } = config;
  const { side, tokens, channels } = memoryGeometry(config);
  const count = x.dims[0] as Axis;
  const depthwise = {
    channels,
    kernel: [kernel, kernel],
    stride: [1, 1],
    padding: [padding, padding],
    groups: channels,
  } as const;
  let fused = x;
  for (let index = 0; index < config.memoryFuserNumLayers; index++) {
    const layer = w.at(`layers.${index}`);
    const image = transpose(reshape(fused, [count, side, side, channels]), [0, 3, 1, 2]);
    const mixed = transpose(conv2d(image, layer.at("depthwise_conv"), depthwise), [0, 2, 3, 1]);
    const rows = reshape(mixed, [count, tokens, channels]);
    const normed = layerNorm(rows, layer.at("layer_norm"), ENCODER_EPSILON);
    const hidden = linear(normed, layer.at("pointwise_conv1"), config.memoryFuserIntermediateDim);
    const told = linear(activate(hidden, config.memoryFuserHiddenAct), layer.at("pointwise_conv2"), channels);
    fused = add(fused, mul(told, layer.get("scale", [channels]).value));
  }
  return fused;
}
