/** Element types of host and device tensors. The reference's int64 is int32 here; float16 travels as its 16 bits. */
export type TensorType = "float32" | "float16" | "int32" | "uint8";

/** The typed array that holds elements of a type. */
export interface TensorDataMap {
  /** IEEE 754 single precision. */
  float32: Float32Array;
  /** The 16 bits of each IEEE 754 half precision number, as an unsigned integer. */
  float16: Uint16Array;
  /** Stands for the reference's int64 too. */
  int32: Int32Array;
  /** 0 to 255; masks are 0 or 1. */
  uint8: Uint8Array;
}

/** The typed array for an element type; see {@link TensorDataMap}. */
export type TensorData<T extends TensorType = TensorType> = TensorDataMap[T];

/** Size in bytes of one element. */
export const BYTES_PER_ELEMENT: Readonly<Record<TensorType, number>> = {
  float32: 4,
  float16: 2,
  int32: 4,
  uint8: 1,
};

/** How many elements a shape holds; 1 for a scalar's `[]`. */
export function elementCount(dims: readonly number[]): number {
  let count = 1;
  for (const size of dims) count *= size;
  return count;
}
