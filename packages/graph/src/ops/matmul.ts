import { assert, CheckpointError } from "@sam2js/core";
import { type Axis, broadcast, formatDims } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";

/** a [.., m, k] · b [.., k, n] → [.., m, n]. */
export function matMul(a: Value, b: Value): Value {
  const batch = broadcast(a.dims.slice(0, -2), b.dims.slice(0, -2));
  const [m, k] = a.dims.slice(-2);
  const [inner, n] = b.dims.slice(-2);
  assert(
    batch && m !== undefined && n !== undefined && k === inner,
    `MatMul: ${a.name} ${formatDims(a.dims)} · ${b.name} ${formatDims(b.dims)}`,
  );
  assert(a.type === b.type, `MatMul: ${a.name} is ${a.type}, ${b.name} is ${b.type}`);
  const result = a.graph.op("MatMul", [a, b], a.type, [...batch, m, n]);
  return a.graph.counted(result, ...batch, m, n, k as Axis);
}

/**
 * x [m, k] · weightᵀ + bias, with a weight [n, k] as `nn.Linear` stores it, or, not transposed, [k, n].
 *
 * @throws {CheckpointError} the weight does not take k features; the message names it
 */
export function gemm(x: Value, weight: Value, bias: Value | undefined, isTransposed = true): Value {
  const [rows, features] = x.dims as [Axis, Axis];
  const [n, k] = isTransposed ? weight.dims : [weight.dims[1], weight.dims[0]];
  assert(x.type === weight.type, `Gemm: ${x.name} is ${x.type}, ${weight.name} is ${weight.type}`);
  assert(x.dims.length === 2, `Gemm: expected a matrix, got ${x.name} ${formatDims(x.dims)}`);
  if (weight.dims.length !== 2 || k !== features || n === undefined) {
    throw new CheckpointError(
      `${weight.name}: expected a weight that takes ${features} features, got ${formatDims(weight.dims)}; the checkpoint does not fit its config`,
      { tensor: weight.name, expected: features, got: weight.dims },
    );
  }
  if (typeof rows === "number") {
    x.graph.rows.set(weight.name, Math.max(rows, x.graph.rows.get(weight.name) ?? 0));
  }
  const inputs = bias ? [x, weight, bias] : [x, weight];
  const result = x.graph.op("Gemm", inputs, x.type, [rows, n], isTransposed ? { transB: 1 } : {});
  return x.graph.counted(result, rows, n, features);
}
