import type { Convolution } from "../ops/conv.js";

/** A convolution of every channel by itself that keeps the size at stride 1. */
export function depthwise(channels: number, kernel: number, stride: number): Convolution {
  const padding = (kernel - 1) / 2;
  return {
    channels,
    kernel: [kernel, kernel],
    stride: [stride, stride],
    padding: [padding, padding],
    groups: channels,
  };
}

/** A convolution of every pixel by itself. */
export function pointwise(channels: number): Convolution {
  return { channels, kernel: [1, 1], stride: [1, 1], padding: [0, 0] };
}
