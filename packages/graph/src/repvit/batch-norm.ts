import type { Value } from "../builder/graph-builder.js";
import { type Convolution, convolve } from "../ops/conv.js";
import { derive, type Weight } from "../weights/weight.js";
import type { Weights } from "../weights/weights.js";

/** PyTorch's default, which timm leaves alone. */
const EPSILON = 1e-5;

/** Scale, shift, mean and variance of a batch norm, [channels] each. */
export function batchNorm(w: Weights, channels: number): Weight[] {
  return ["weight", "bias", "running_mean", "running_var"].map((name) => w.get(name, [channels]));
}

/** Factors and summands that a batch norm is, channel by channel: y = factor · x + summand. */
export function foldedNorm(parts: readonly Float32Array[]): {
  readonly factors: Float64Array;
  readonly summands: Float64Array;
} {
  const [scale, shift, mean, variance] = parts as [Float32Array, Float32Array, Float32Array, Float32Array];
  const factors = Float64Array.from(
    scale,
    (value, i) => value / Math.sqrt((variance[i] as number) + EPSILON),
  );
  const summands = Float64Array.from(
    shift,
    (value, i) => value - (mean[i] as number) * (factors[i] as number),
  );
  return { factors, summands };
}

/**
 * A convolution without a bias and the batch norm behind it, as one convolution with a bias.
 *
 *   W′ = γ/√(σ² + ε) · W,  b′ = β − γ/√(σ² + ε) · μ
 *
 * @param x  [1, C, H, W]   @param w  timm's `ConvNorm`: `c.weight` and `bn`
 */
export function convNorm(x: Value, w: Weights, shape: Convolution): Value {
  const { channels, kernel, groups = 1 } = shape;
  const dims = [channels, (x.dims[1] as number) / groups, ...kernel];
  const norm = batchNorm(w.at("bn"), channels);
  const kernels = w.get("c.weight", dims);
  const weight = derive(
    x.graph,
    [kernels, ...norm],
    dims,
    (source, ...parts) => {
      const { factors } = foldedNorm(parts);
      const size = source.length / channels;
      return source.map((value, i) => value * (factors[Math.floor(i / size)] as number));
    },
    kernels.type,
  );
  const bias = derive(
    x.graph,
    norm,
    [channels],
    (...parts) => Float32Array.from(foldedNorm(parts).summands),
    kernels.type,
  );
  return convolve(x, weight, bias, shape);
}
