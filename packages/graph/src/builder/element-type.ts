import { toFloat16 } from "@sam2js/core";

/** Element types inside graphs: those of tensors, of weights, and what index arithmetic and comparisons yield. */
export type ElementType = "float32" | "float16" | "int64" | "int32" | "uint8" | "int8" | "bool";

/** Types that modules compute in. */
export type FloatType = "float32" | "float16";

/** Numbers as the bytes of a tensor of a type. */
export function floatBytes(values: Float32Array, type: FloatType): Uint8Array {
  const array = type === "float32" ? values : toFloat16(values);
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
