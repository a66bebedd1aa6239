import { assert } from "@sam2js/core";
import { formatDims } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import type { Weights } from "../weights/weights.js";
import { cast } from "./elementwise.js";

export interface Convolution {
  /** Output channels. */
  readonly channels: number;
  /** [height, width] each. */
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  /** Each group of output channels sees as many input channels as there are in C / groups. Default 1. */
  readonly groups?: number | undefined;
}

/**
 * A convolution, in the type of its weight.
 *
 * @param x  [B, C, H, W]   @returns [B, channels, H′, W′], H′ = ⌊(H + 2·padding − kernel) / stride⌋ + 1
 */
export function conv2d(x: Value, w: Weights, shape: Convolution): Value {
  const { channels, kernel, groups = 1 } = shape;
  const weight = w.get("weight", [channels, (x.dims[1] as number) / groups, ...kernel]);
  return convolve(x, weight.value, w.get("bias", [channels]).value, shape);
}

/** {@link conv2d} with a weight [channels, C / groups, …kernel] and a bias [channels] at hand. */
export function convolve(
  x: Value,
  weight: Value,
  bias: Value,
  { channels, kernel, stride, padding, groups = 1 }: Convolution,
): Value {
  const [batch, inputs, ...size] = x.dims;
  assert(
    batch !== undefined && size.length === 2 && [inputs, ...size].every((axis) => typeof axis === "number"),
    `Conv: expected an image, got ${formatDims(x.dims)}`,
  );
  const [height, width] = (size as number[]).map(
    (extent, i) =>
      Math.floor((extent + 2 * (padding[i] as number) - (kernel[i] as number)) / (stride[i] as number)) + 1,
  ) as [number, number];
  const image = cast(x, weight.type);
  const common = { kernel_shape: kernel, strides: stride, pads: [...padding, ...padding] };
  const attributes = groups === 1 ? common : { ...common, group: groups };
  const dims = [batch, channels, height, width];
  const result = x.graph.op("Conv", [image, weight, bias], image.type, dims, attributes);
  return x.graph.counted(result, ...dims, (inputs as number) / groups, ...kernel);
}
