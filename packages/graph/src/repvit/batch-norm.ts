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
 * @param filled  how many channels the weight itself has, where `x` or the result are filled up with zeros
 */
export function convNorm(
  x: Value,
  w: Weights,
  shape: Convolution,
  filled: { readonly inputs?: number; readonly outputs?: number } = {},
): Value {
  const { channels, kernel, groups = 1 } = shape;
  const seen = (x.dims[1] as number) / groups;
  const { inputs = seen, outputs = channels } = filled;
  const norm = batchNorm(w.at("bn"), outputs);
  const kernels = w.get("c.weight", [outputs, inputs, ...kernel]);
  const area = kernel[0] * kernel[1];
  const weight = derive(
    x.graph,
    [kernels, ...norm],
    [channels, seen, ...kernel],
    (source, ...parts) => {
      const { factors } = foldedNorm(parts);
      const result = new Float32Array(channels * seen * area);
      for (let output = 0; output < outputs; output++) {
        const own = source.subarray(output * inputs * area, (output + 1) * inputs * area);
        const factor = factors[output] as number;
        result.set(
          own.map((value) => value * factor),
          output * seen * area,
        );
      }
      return result;
    },
    kernels.type,
  );
  const bias = derive(
    x.graph,
    norm,
    [channels],
    (...parts) => {
      const result = new Float32Array(channels);
      result.set(foldedNorm(parts).summands);
      return result;
    },
    kernels.type,
  );
  return convolve(x, weight, bias, shape);
}
