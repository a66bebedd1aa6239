import type { DeviceTensor } from "../tensor/device-tensor.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import type { TensorType } from "../tensor/tensor-type.js";
import type { WeightFile } from "../weights/weight-source.js";

/** A named input or output of a graph. A string in `dims` is an axis whose size may differ between runs. */
export interface ValueInfo {
  readonly name: string;
  readonly type: TensorType;
  readonly dims: readonly (number | string)[];
}

/** An ONNX model whose large initializers lie in `weights` as external data, by `location`. */
export interface SessionGraph {
  readonly model: Uint8Array;
  readonly weights: readonly WeightFile[];
}

/**
 * What a session is asked for by. `build()` is called only by an engine that does not hold this graph already, so a remote
 * engine may go by `digest` alone.
 */
export interface SessionDescription {
  /** For people: `"image-encoder"`. */
  readonly name: string;
  /** Equal digests mean equal graphs and weights. */
  readonly digest: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  build(): Promise<SessionGraph>;
}

export interface RunOptions {
  /** Aborting rejects at once; the engine run under way is let end. */
  readonly signal?: AbortSignal | undefined;
  /** Which outputs are wanted; all by default. */
  readonly outputs?: readonly string[] | undefined;
  /** Outputs that stay on the device as {@link DeviceTensor}s until disposed of. */
  readonly keepOnDevice?: readonly string[] | undefined;
}

export type SessionInputs = Readonly<Record<string, TensorLike | DeviceTensor>>;
export type SessionOutputs = Record<string, Tensor | DeviceTensor>;

/**
 * A graph ready to run.
 *
 * Inputs are borrowed for the time of the run, never changed or transferred. Host outputs belong to the caller. Runs may overlap:
 * they queue per runtime, in the order of the calls.
 */
export interface Session {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /**
   * @throws {ShapeError} an input is missing, unknown, or of another type or shape than described
   * @throws {EngineError} the engine failed
   * @throws {DisposedError} after `dispose()` of the session or its runtime
   */
  run(inputs: SessionInputs, options?: RunOptions): Promise<SessionOutputs>;
  dispose(): Promise<void>;
}
