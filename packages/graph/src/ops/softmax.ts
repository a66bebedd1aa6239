import type { Value } from "../builder/graph-builder.js";
import { div, exp, sub } from "./elementwise.js";
import { reduceMax, reduceSum } from "./reduce.js";
import { reshape } from "./shape.js";

/** exp(x) over its sum along the last axis. */
export function softmax(x: Value): Value {
  return x.graph.op("Softmax", [x], x.type, x.dims, { axis: -1 });
}

/** {@link softmax} along another axis, written out: engines would move all elements so that the axis is the last. */
export function softmaxAlong(x: Value, axis: number): Value {
  const once = x.dims.with(axis, 1);
  const powers = exp(sub(x, reshape(reduceMax(x, [axis]), once)));
  return div(powers, reshape(reduceSum(powers, [axis]), once));
}
