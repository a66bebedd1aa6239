import { assert } from "@sam2js/core";
import { type Axis, type Dims, formatDims, product, sameDims } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";

/** The same elements under another shape. */
export function reshape(x: Value, dims: Dims): Value {
  if (sameDims(x.dims, dims)) return x;
  assert(
    product(x.dims) === product(dims),
    `Reshape: ${x.name} ${formatDims(x.dims)} is not ${formatDims(dims)}`,
  );
  return x.graph.op("Reshape", [x, targetShape(x, dims)], x.type, dims);
}

/** Constant where at most one axis is unknown besides those that stay in place. */
function targetShape(x: Value, dims: Dims): Value {
  const unknown = dims.filter((axis) => typeof axis === "string");
  const isCopied = (i: number) => unknown.length > 1 && x.dims[i] === dims[i];
  const left = dims.filter((axis, i) => typeof axis === "string" && !isCopied(i));
  if (left.length > 1) return x.graph.shape(dims);
  return x.graph.int(dims.map((axis, i) => (typeof axis === "number" ? axis : isCopied(i) ? 0 : -1)));
}

/** Axes in another order; `order[i]` is the axis of `x` that becomes axis i. */
export function transpose(x: Value, order: readonly number[]): Value {
  assert(
    order.length === x.dims.length && new Set(order).size === order.length,
    `Transpose: ${formatDims(x.dims)} by ${order}`,
  );
  if (order.every((axis, i) => axis === i)) return x;
  const dims = order.map((axis) => x.dims[axis] as Axis);
  return x.graph.op("Transpose", [x], x.type, dims, { perm: order });
}

/** One after the other along an axis. A sum of unknown sizes needs a symbol of its own. */
export function concat(values: readonly Value[], axis: number, symbol?: string): Value {
  const [first] = values;
  assert(first, "Concat of nothing");
  if (values.length === 1) return first;
  const sizes = values.map(({ dims }) => dims[axis]);
  const isKnown = sizes.every((size) => typeof size === "number");
  const total = isKnown ? (sizes as number[]).reduce((a, b) => a + b, 0) : symbol;
  assert(total !== undefined, `Concat: the size along axis ${axis} needs a symbol`);
  for (const { dims } of values) {
    assert(
      sameDims(dims.toSpliced(axis, 1), first.dims.toSpliced(axis, 1)),
      `Concat: ${formatDims(dims)} beside ${formatDims(first.dims)} along axis ${axis}`,
    );
  }
  const result = first.graph.op("Concat", values, first.type, first.dims.with(axis, total), { axis });
  if (!isKnown && symbol) first.graph.bindSize(symbol, result, axis);
  return result;
}

/** Elements `begin` to `end` along one axis of known size or, counted from its start, of unknown size. */
export function slice(x: Value, axis: number, begin: number, end: number): Value {
  const size = x.dims[axis];
  assert(
    0 <= begin && begin < end && (typeof size !== "number" || end <= size),
    `Slice: ${begin} to ${end} of ${formatDims(x.dims)} along axis ${axis}`,
  );
  if (begin === 0 && end === size) return x;
  const { graph } = x;
  const dims = x.dims.with(axis, end - begin);
  return graph.op("Slice", [x, graph.int([begin]), graph.int([end]), graph.int([axis])], x.type, dims);
}

/** Zeros behind the elements of each axis. */
export function padEnd(x: Value, counts: readonly number[]): Value {
  assert(counts.length === x.dims.length, `Pad: ${counts} for ${formatDims(x.dims)}`);
  if (counts.every((count) => count === 0)) return x;
  const dims = x.dims.map((size, i) => {
    assert(counts[i] === 0 || typeof size === "number", `Pad: axis ${i} of ${formatDims(x.dims)} is unknown`);
    return typeof size === "number" ? size + (counts[i] ?? 0) : size;
  });
  return x.graph.op("Pad", [x, x.graph.int([...counts.map(() => 0), ...counts])], x.type, dims);
}

/** Repeats axes of size 1. */
export function expand(x: Value, dims: Dims): Value {
  return sameDims(x.dims, dims) ? x : x.graph.op("Expand", [x, x.graph.shape(dims)], x.type, dims);
}

/** Entries of an axis, in the order given. */
export function gather(x: Value, axis: number, indices: readonly number[]): Value {
  const size = x.dims[axis];
  assert(
    typeof size !== "number" || indices.every((index) => 0 <= index && index < size),
    `Gather: ${indices} of ${formatDims(x.dims)} along axis ${axis}`,
  );
  return x.graph.op("Gather", [x, x.graph.int(indices)], x.type, x.dims.with(axis, indices.length), { axis });
}

/** Entries of the first axis, one for each element of `indices`. */
export function gatherRows(x: Value, indices: Value): Value {
  return x.graph.op("Gather", [x, indices], x.type, [...indices.dims, ...x.dims.slice(1)], { axis: 0 });
}
