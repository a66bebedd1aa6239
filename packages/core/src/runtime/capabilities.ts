import type { Dtype } from "../weights/dtype.js";

/** One device that a runtime knows of. */
export interface DeviceReport {
  /** `"cpu"`, `"webgpu"`, `"cuda"`, `"coreml"`, `"dml"`, `"wasm"`. */
  readonly device: string;
  /** Whether it can be used; false also where it was not tried (see `detail`). */
  readonly available: boolean;
  /** Why not, or what it is. */
  readonly detail?: string | undefined;
}

/** What a runtime can do on the device that it uses. */
export interface RuntimeCapabilities {
  /** The device that sessions run on, one of `devices`. */
  readonly device: string;
  /** All devices that the runtime knows of, also those that do not work here. */
  readonly devices: readonly DeviceReport[];
  /** What the device computes in; `"fp32"` is always among them. */
  readonly dtypes: readonly Dtype[];
  /** Whether `com.microsoft.MultiHeadAttention` is right and fast here; else graphs use MatMul, Softmax, MatMul. */
  readonly fusedAttention: boolean;
  /** How many prompts one decoder run should take for the best throughput. */
  readonly promptsPerRun: number;
  /** How many runs of a session made with `sideBySide` go on at the same time, >= 1; 1 when missing. */
  readonly sideBySideRuns?: number | undefined;
  /** Threads of the engine on the processor, >= 1. */
  readonly threads: number;
  /** Largest sum of weights, in bytes, that a session can hold; missing where memory is the limit. */
  readonly maxSessionBytes?: number | undefined;
  /** The engine's name and version. */
  readonly engine: string;
}
