import type { Value } from "../builder/graph-builder.js";
import { conv2d } from "../ops/conv.js";
import { mul, relu, sigmoid } from "../ops/elementwise.js";
import { globalMean } from "../ops/reduce.js";
import type { Weights } from "../weights/weights.js";
import { pointwise } from "./shapes.js";

/**
 * Weighs channels by what the whole image holds of them: σ(W₂·relu(W₁·mean(x))) · x.
 *
 * @param x  [1, C, H, W]   @see Squeeze-and-excitation networks, arXiv:1709.01507
 */
export function squeezeExcite(x: Value, w: Weights): Value {
  const channels = x.dims[1] as number;
  const hidden = relu(conv2d(globalMean(x), w.at("fc1"), pointwise(reducedChannels(channels))));
  return mul(x, sigmoid(conv2d(hidden, w.at("fc2"), pointwise(channels))));
}

/** A quarter of the channels, rounded to a multiple of 8, at least 8. @see `make_divisible` of timm */
function reducedChannels(channels: number): number {
  return Math.max(8, Math.floor(Math.floor(channels / 4 + 4) / 8) * 8);
}
