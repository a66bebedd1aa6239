import { toFloat16 } from "@sam2js/core";
import type { Dims } from "./axis.js";
import type { GraphBuilder } from "./graph-builder.js";

/** Element types inside graphs: those of tensors, of weights, and what index arithmetic and comparisons yield. */
export type ElementType = "float32" | "float16" | "int64" | "int32" | "uint8" | "int8" | "bool";

/** Types that modules compute in. */
export type FloatType = "float32" | "float16";

/** Numbers as the bytes of a tensor of a type. */
export function floatBytes(values: Float32Array, type: FloatType): Uint8Array {
  const array = type === "float32" ? values : toFloat16(values);
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** A tensor while the graph runs: what it will be called, hold and measure. Ops take values and return values. */
export interface Value {
  readonly graph: GraphBuilder;
  readonly name: string;
  readonly type: ElementType;
  readonly dims: Dims;
}

/** `[1, 4096, "8*T"]`, for messages. */
export function formatDims(dims: Dims): string {
  return `[${dims.join(", ")}]`;
}
