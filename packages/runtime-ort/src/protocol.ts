import type { FileState, TensorLike } from "@sam2js/core";
import type { KeptTensor } from "./engine-tensor.js";

/** What an engine is started with. Plain data: it crosses into the worker; platforms add to it. */
export interface EngineSettings {
  /** The execution provider: `"cpu"`, `"wasm"`, `"webgpu"`, `"cuda"`, … */
  readonly device: string;
  /** Of its runs, >= 1. */
  readonly threads: number;
  /** ONNX Runtime's own level; its default when missing. */
  readonly logLevel?: "verbose" | "info" | "warning" | "error" | "fatal" | undefined;
}

/** Bytes that a graph refers to by `location`: at hand, or a part of a blob that the engine reads itself. */
export type EngineWeights =
  | { readonly location: string; readonly bytes: Uint8Array }
  | { readonly location: string; readonly blob: Blob };

/** A file as it was when a session mapped it. One that is replaced by another lives on while it is mapped. */
export interface MappedFile extends FileState {
  /** Without links in it. */
  readonly path: string;
}

/** Files that the engine maps: a graph calls them by their paths below `folder`. */
export interface Mapping {
  /** An absolute path without links in it. */
  readonly folder: string;
  /** Each once. */
  readonly files: readonly MappedFile[];
}

/** What a session is made from. */
export interface LoadRequest {
  /** The bytes of the ONNX `ModelProto`. */
  readonly model: Uint8Array;
  /** What it refers to in memory. */
  readonly weights: readonly EngineWeights[];
  /** What it refers to on disk, instead. */
  readonly mapping?: Mapping | undefined;
  /** Whether the graph forbids copies of some weights in another layout. ONNX Runtime warns of each of them. */
  readonly hasWeightsInPlace?: boolean | undefined;
  /** Outputs that may be left where the engine made them (GPU memory) until they are asked for. */
  readonly resident: readonly string[];
  /** Threads of its runs; those of the engine when missing. */
  readonly threads?: number | undefined;
}

/** One run of a session. */
export interface RunRequest {
  /** What `load` has given. */
  readonly session: number;
  /** By name: host tensors, or handles of kept ones. */
  readonly inputs: Readonly<Record<string, TensorLike | { readonly handle: number }>>;
  /** Those that are wanted. */
  readonly outputs: readonly string[];
  /** Which of `outputs` stay in the engine. */
  readonly keep: readonly string[];
}

/** Outputs by name: host tensors, or handles of those that were kept. */
export type RunResult = Record<string, TensorLike | KeptTensor>;

/** What an engine says about itself and this machine. */
export interface EngineFacts {
  /** Of the engine's library. */
  readonly version: string;
  /** Why the device cannot be used; missing when it can. */
  readonly problem?: string | undefined;
  /** Execution providers that this build of the engine knows, where it can tell; those not `bundled` need libraries of their own. */
  readonly providers?: readonly { readonly name: string; readonly bundled: boolean }[] | undefined;
  /** What WebGPU offers in a browser. */
  readonly gpu?: GpuFacts | undefined;
}

/** A WebGPU adapter as far as it matters here. Limits are in bytes. */
export interface GpuFacts {
  /** Its name, as far as the browser tells it. */
  readonly description: string;
  /** It computes on the processor. */
  readonly isSoftware: boolean;
  /** It computes in float16. */
  readonly hasFp16: boolean;
  /** Of one buffer. */
  readonly maxBufferSize: number;
  /** Of what a shader sees of a buffer. */
  readonly maxStorageBufferBindingSize: number;
}

/** The calls of an engine, all of which may cross to a worker. They throw the engine's own errors. */
export interface EngineMethods {
  /** Tries the device, and says what is known of it. */
  facts(): Promise<EngineFacts>;
  /** Makes a session and returns its number. */
  load(request: LoadRequest): Promise<number>;
  /** Runs a session. */
  run(request: RunRequest): Promise<RunResult>;
  /** Copies a tensor in, to be an input of many runs. */
  keep(tensor: TensorLike): Promise<KeptTensor>;
  /** Copies a kept tensor out. */
  read(handle: number): Promise<TensorLike>;
  /** Frees kept tensors. */
  free(handles: readonly number[]): Promise<void>;
  /** Gives back the memory that a session's runs took, where that is possible. */
  trim(session: number): Promise<void>;
  /** Frees a session; kept tensors live on. */
  release(session: number): Promise<void>;
}

/** An engine in this thread or behind a worker. */
export interface Engine {
  /** Whether it ended on its own, with all that was loaded in it. */
  readonly isLost: boolean;
  /** Does one call. What is passed stays the caller's. */
  call<M extends keyof EngineMethods>(
    method: M,
    ...args: Parameters<EngineMethods[M]>
  ): ReturnType<EngineMethods[M]>;
  /**
   * Ends the engine and everything in it. Pending calls reject with `reason` at once.
   *
   * @param before  what has to be over before the engine's thread ends: threads that live in it
   */
  close(reason: Error, before?: Promise<unknown>): Promise<void>;
}
