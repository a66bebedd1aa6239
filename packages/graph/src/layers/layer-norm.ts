import type { Value } from "../builder/graph-builder.js";
import { sub } from "../ops/elementwise.js";
import { reduceMean } from "../ops/reduce.js";
import { reshape } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { channels } from "./linear.js";

/**
 * y = (x − mean) / √(variance + ε) · weight + bias, over the last axis.
 *
 * @param x  [.., C]   @returns [.., C]
 */
export function layerNorm(x: Value, w: Weights, epsilon: number): Value {
  const size = [channels(x)];
  const weight = w.get("weight", size).value;
  const bias = w.get("bias", size).value;
  const attributes = { axis: -1, epsilon: { float: epsilon } };
  return x.graph.op("LayerNormalization", [x, weight, bias], x.type, x.dims, attributes);
}

/** x − mean, over the last axis. */
export function center(x: Value): Value {
  const axis = x.dims.length - 1;
  return sub(x, reshape(reduceMean(x, [axis]), x.dims.with(axis, 1)));
}
