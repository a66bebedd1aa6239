import type { Tensor } from "./tensor.js";
import type { TensorType } from "./tensor-type.js";

/**
 * A tensor that lives on the engine's side (GPU memory, or the worker's heap) until it is disposed of.
 * It belongs to the runtime that made it and can only be given to sessions of that runtime.
 */
export interface DeviceTensor<T extends TensorType = TensorType> {
  /** Element type. */
  readonly type: T;
  /** Sizes of the axes, outermost first; `[]` for a scalar. */
  readonly dims: readonly number[];
  /** Tells it from a host tensor; see {@link isDeviceTensor}. */
  readonly location: "device";
  /** Copies it to host memory. @throws {DisposedError} after `dispose()` */
  read(): Promise<Tensor<T>>;
  /** Frees it. Calling it twice is allowed. */
  dispose(): Promise<void>;
}

/** A tensor where an engine left it. */
export type Resident<T extends TensorType = TensorType> = Tensor<T> | DeviceTensor<T>;

/** Tells a device tensor from a host tensor. */
export function isDeviceTensor(value: unknown): value is DeviceTensor {
  return (
    typeof value === "object" && value !== null && (value as Partial<DeviceTensor>).location === "device"
  );
}
