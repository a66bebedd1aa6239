/** Element types of host and device tensors. The reference's int64 is int32 here; float16 travels as its 16 bits. */
export type TensorType = "float32" | "float16" | "int32" | "uint8";

/** The typed array that holds elements of a type. */
export interface TensorDataMap {
  float32: Float32Array;
  float16: Uint16Array;
  int32: Int32Array;
  uint8: Uint8Array;
}

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
