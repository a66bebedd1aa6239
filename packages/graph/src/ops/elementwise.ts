import { assert } from "@sam2js/core";
import { broadcast, formatDims } from "../builder/axis.js";
import type { ElementType } from "../builder/element-type.js";
import type { TypedValue, Value } from "../builder/graph-builder.js";

function binary(op: string, a: Value, b: Value, result?: ElementType): Value {
  const dims = broadcast(a.dims, b.dims);
  assert(dims, `${op}: ${a.name} ${formatDims(a.dims)} and ${b.name} ${formatDims(b.dims)} do not broadcast`);
  assert(a.type === b.type, `${op}: ${a.name} is ${a.type}, ${b.name} is ${b.type}`);
  return a.graph.op(op, [a, b], result ?? a.type, dims);
}

function unary(op: string, x: Value): Value {
  return x.graph.op(op, [x], x.type, x.dims);
}

export const add = (a: Value, b: Value): Value => binary("Add", a, b);
export const sub = (a: Value, b: Value): Value => binary("Sub", a, b);
export const mul = (a: Value, b: Value): Value => binary("Mul", a, b);
export const div = (a: Value, b: Value): Value => binary("Div", a, b);
export const equal = (a: Value, b: Value): Value => binary("Equal", a, b, "bool");
export const greater = (a: Value, b: Value): Value => binary("Greater", a, b, "bool");
export const greaterOrEqual = (a: Value, b: Value): Value => binary("GreaterOrEqual", a, b, "bool");
export const sin = (x: Value): Value => unary("Sin", x);
export const cos = (x: Value): Value => unary("Cos", x);
export const exp = (x: Value): Value => unary("Exp", x);
export const sqrt = (x: Value): Value => unary("Sqrt", x);
export const reciprocal = (x: Value): Value => unary("Reciprocal", x);
export const relu = (x: Value): Value => unary("Relu", x);
export const sigmoid = (x: Value): Value => unary("Sigmoid", x);

/** x · factor. */
export const scale = (x: Value, factor: number): Value => mul(x, constantLike(x, factor));

/** A number of the type of `x`. */
export function constantLike(x: Value, value: number): Value {
  assert(x.type === "float32" || x.type === "float16", `${x.name} is ${x.type}, not floating-point`);
  return x.graph.float([value], [], x.type);
}

/** `yes` where the condition holds, else `no`. */
export function where(condition: Value, yes: Value, no: Value): Value {
  const branches = broadcast(yes.dims, no.dims);
  const dims = branches && broadcast(condition.dims, branches);
  assert(
    dims,
    `Where: ${[condition, yes, no].map(({ dims }) => formatDims(dims)).join(" ")} do not broadcast`,
  );
  return yes.graph.op("Where", [condition, yes, no], yes.type, dims);
}

const TYPE_NUMBERS = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10 } as const;

export function cast<T extends ElementType>(x: Value, type: T): TypedValue<T> {
  const result = x.type === type ? x : x.graph.op("Cast", [x], type, x.dims, { to: TYPE_NUMBERS[type] });
  return result as TypedValue<T>;
}
