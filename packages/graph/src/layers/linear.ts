import { type Axis, product } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { gemm } from "../ops/matmul.js";
import { quantizedGemm } from "../ops/quantized-gemm.js";
import { reshape } from "../ops/shape.js";
import type { Weight } from "../weights/weight.js";
import type { Weights } from "../weights/weights.js";

/**
 * y = x·Wᵀ + b, with `weight` [features, C] and `bias` [features] where they lie in the checkpoint.
 *
 * @param x  [.., C]   @returns [.., features]
 */
export function linear(x: Value, w: Weights, features: number): Value {
  return affine(x, w.get("weight", [features, channels(x)]), w.get("bias", [features]));
}

/** A vector of a checkpoint, or one computed from it. */
export type Bias = Pick<Weight, "value">;

/** {@link linear} with a weight and a bias at hand, such as rows of larger ones, or without a bias. */
export function affine(x: Value, weight: Weight, bias: Bias | undefined): Value {
  return overRows(x, (rows) =>
    weight.isQuantized ? quantizedGemm(rows, weight, bias?.value) : gemm(rows, weight.value, bias?.value),
  );
}

/** Applies a function of a matrix to the last axis of `x`. */
export function overRows(x: Value, compute: (rows: Value) => Value): Value {
  const leading = x.dims.slice(0, -1);
  if (leading.length === 1) return compute(x);
  const y = compute(reshape(x, [product(leading), channels(x)]));
  return reshape(y, [...leading, y.dims[1] as Axis]);
}

/** Size of the last axis. */
export function channels(x: Value): number {
  return x.dims.at(-1) as number;
}
