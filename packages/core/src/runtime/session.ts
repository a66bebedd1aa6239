import type { DeviceTensor } from "../tensor/device-tensor.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import type { TensorType } from "../tensor/tensor-type.js";
import type { PlaceWeights, WeightFile } from "../weights/weight-source.js";
import type { WorkOptions } from "../work/progress.js";

/** A named input or output of a graph. A string in `dims` is an axis whose size may differ between runs. */
export interface ValueInfo {
  /** The key in {@link SessionInputs} or {@link SessionOutputs}. */
  readonly name: string;
  /** Element type. Nothing is converted but int32 to int64, where the graph itself says int64. */
  readonly type: TensorType;
  /** Outermost axis first. Axes of one name have one size in a run. */
  readonly dims: readonly (number | string)[];
}

/** Names of values, each with its element type. */
export type ValueTypes = Readonly<Record<string, TensorType>>;

/** An ONNX model whose large initializers are external data: of `weights`, by `location`, unless an engine has placed them. */
export interface SessionGraph {
  /** The bytes of the ONNX `ModelProto`, made for this call: they are the caller's, who may transfer them to another thread. */
  readonly model: Uint8Array;
  /** The files that its weights come from, each once. */
  readonly weights: readonly WeightFile[];
}

/**
 * What a session is asked for by. `build()` is called only by an engine that does not hold this graph already, so a remote
 * engine may go by `digest` alone.
 */
export interface SessionDescription<I extends ValueTypes = ValueTypes, O extends ValueTypes = ValueTypes> {
  /** For people: `"image-encoder"`. */
  readonly name: string;
  /** Equal digests mean equal graphs and weights. */
  readonly digest: string;
  /** What a run takes, all of it. */
  readonly inputs: readonly ValueInfo[];
  /** What a run gives, in the order of the graph. */
  readonly outputs: readonly ValueInfo[];
  /**
   * Makes the bytes; may read weights, and may be called again (by an engine that lost the graph).
   *
   * @param place  is asked once where the weights go, if there are any; without it the graph refers to its files
   */
  build(place?: PlaceWeights): Promise<SessionGraph>;
  /** Tells the compiler what runs take and give; there is never a value. */
  readonly types?: { readonly inputs: I; readonly outputs: O } | undefined;
}

/** What runs of a described graph give, by name. */
export type OutputsOf<Description extends SessionDescription> = NonNullable<Description["types"]>["outputs"];

/** How a session is made. */
export interface SessionOptions extends WorkOptions {
  /**
   * Whether overlapping runs should go on at the same time, each on a part of the processor, instead of one after the other on all of it:
   * for many short runs, whose order of ending is then open. A runtime that can not do so ignores it.
   */
  readonly sideBySide?: boolean | undefined;
}

/** How one run is done. */
export interface RunOptions<Kept extends string = string> {
  /** Aborting rejects at once; the engine run under way is let end. */
  readonly signal?: AbortSignal | undefined;
  /** Outputs that stay on the device as {@link DeviceTensor}s until disposed of. */
  readonly keepOnDevice?: readonly Kept[] | undefined;
}

/** By the names of the session's `inputs`. Plain `{ type, dims, data }` objects are taken; device tensors must be of the same runtime. */
export type SessionInputs<I extends ValueTypes = ValueTypes> = {
  readonly [N in keyof I]: TensorLike<NonNullable<I[N]>> | DeviceTensor<NonNullable<I[N]>>;
};
/** By name, all of the graph: {@link DeviceTensor}s for those `Kept` on the device, host tensors otherwise. */
export type SessionOutputs<O extends ValueTypes = ValueTypes, Kept extends string = string> = {
  -readonly [N in keyof O]:
    | Tensor<Extract<O[N], TensorType>>
    | (N & Kept extends never ? never : DeviceTensor<Extract<O[N], TensorType>>);
};

/**
 * A graph ready to run.
 *
 * Inputs are borrowed for the time of the run, never changed or transferred. Host outputs belong to the caller. Runs may overlap:
 * they queue per runtime, in the order of the calls, unless the session was made with `sideBySide`.
 */
export interface Session<I extends ValueTypes = ValueTypes, O extends ValueTypes = ValueTypes> {
  /** As in its description, for messages. */
  readonly name: string;
  /** As in its description. */
  readonly inputs: readonly ValueInfo[];
  /** As in its description. */
  readonly outputs: readonly ValueInfo[];
  /**
   * @throws {ShapeError} an input is missing, unknown, or of another type or shape than described
   * @throws {EngineError} the engine failed, or made an output that is not as described
   * @throws {DisposedError} after `dispose()` of the session or its runtime
   */
  run<Kept extends keyof O & string = never>(
    inputs: SessionInputs<I>,
    options?: RunOptions<Kept>,
  ): Promise<SessionOutputs<O, Kept>>;
  /**
   * Gives the memory that runs took back to the system, after those that were begun. The next run takes it anew. Engines that cannot do so have no
   * such method, or do nothing.
   */
  trim?(): Promise<void>;
  /** Frees the graph; tensors kept on the device live on. Calling it twice is allowed. */
  dispose(): Promise<void>;
}
