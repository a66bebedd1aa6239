import { assert } from "@sam2js/core";
import { type Dims, formatDims } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";

/** The axes of `x` without the reduced ones. */
function without(x: Value, axes: readonly number[]): Dims {
  assert(
    axes.every((axis) => axis >= 0 && axis < x.dims.length),
    `no axes ${axes} in ${formatDims(x.dims)}`,
  );
  return x.dims.filter((_, i) => !axes.includes(i));
}

/** A reduction whose axes have been an input since a version of the operators, and an attribute before. */
function reduce(op: string, since: number, x: Value, axes: readonly number[]): Value {
  const { graph, type } = x;
  const dims = without(x, axes);
  return graph.opset < since
    ? graph.op(op, [x], type, dims, { axes, keepdims: 0 })
    : graph.op(op, [x, graph.int(axes)], type, dims, { keepdims: 0 });
}

/** Largest element along axes, which disappear. */
export function reduceMax(x: Value, axes: readonly number[]): Value {
  return reduce("ReduceMax", 18, x, axes);
}

/** Sum along axes, which disappear. */
export function reduceSum(x: Value, axes: readonly number[]): Value {
  return reduce("ReduceSum", 13, x, axes);
}

/** Mean along axes, which disappear. */
export function reduceMean(x: Value, axes: readonly number[]): Value {
  return reduce("ReduceMean", 18, x, axes);
}

/** Mean of every channel of an image. @param x  [B, C, H, W]   @returns [B, C, 1, 1] */
export function globalMean(x: Value): Value {
  return x.graph.op("GlobalAveragePool", [x], x.type, [...x.dims.slice(0, 2), 1, 1]);
}

/** int64 position of the largest element along an axis, the first on ties. */
export function argMax(x: Value, axis: number): Value {
  return x.graph.op("ArgMax", [x], "int64", without(x, [axis]), { axis, keepdims: 0 });
}

/** int64 [count] positions of the elements of a vector that are not zero; `count` names the new axis. */
export function nonZero(x: Value, count: string): Value {
  assert(x.dims.length === 1, `NonZero: expected a vector, got ${formatDims(x.dims)}`);
  const found = x.graph.op("NonZero", [x], "int64", [1, count]);
  x.graph.bindSize(count, found, 1);
  return x.graph.op("Reshape", [found, x.graph.int([-1])], "int64", [count]);
}
