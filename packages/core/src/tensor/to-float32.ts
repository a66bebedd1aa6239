import { fromFloat16 } from "./float16.js";
import { checkTensor, isTensorLike, type TensorLike } from "./tensor.js";

/** Floats of any width, as other libraries hand them over. */
export type FloatTensor =
  | TensorLike<"float32">
  | TensorLike<"float16">
  | { readonly type?: string; readonly dims: readonly number[]; readonly data: Float64Array };

/**
 * A tensor of float16, float32 or float64 as float32; that of float32 itself.
 *
 * @param name  what messages call it
 * @returns undefined where the value is no tensor of floats
 * @throws {ShapeError} type, shape and data do not agree
 */
export function toFloat32(value: unknown, name: string): TensorLike<"float32"> | undefined {
  const { dims, data } = (value ?? {}) as Partial<FloatTensor>;
  if (Array.isArray(dims) && data instanceof Float64Array) {
    return checked({ type: "float32", dims, data: Float32Array.from(data) }, name);
  }
  if (!isTensorLike(value)) return undefined;
  if (value.type === "float32") return checked(value as TensorLike<"float32">, name);
  if (value.type !== "float16") return undefined;
  checkTensor(value, name);
  return { type: "float32", dims: value.dims, data: fromFloat16(value.data as Uint16Array) };
}

function checked(tensor: TensorLike<"float32">, name: string): TensorLike<"float32"> {
  checkTensor(tensor, name);
  return tensor;
}
