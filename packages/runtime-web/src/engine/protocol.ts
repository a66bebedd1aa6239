import type { TensorLike } from "@sam2js/core";
import type { KeptTensor } from "@sam2js/core/engine";

/** What an engine is started with. Plain data: it crosses into the worker. */
export interface EngineSettings {
  readonly device: "wasm" | "webgpu";
  readonly threads: number;
  /** Folder of the engine's files, with a slash at its end; beside the package's own files when missing. */
  readonly wasmBase?: string | undefined;
  readonly powerPreference?: "low-power" | "high-performance" | undefined;
  readonly logLevel?: "verbose" | "info" | "warning" | "error" | "fatal" | undefined;
}

/** Bytes that a graph refers to by `location`: at hand, or a part of a blob that the engine reads itself. */
export type EngineWeights =
  | { readonly location: string; readonly bytes: Uint8Array }
  | { readonly location: string; readonly blob: Blob };

export interface LoadRequest {
  readonly model: Uint8Array;
  readonly weights: readonly EngineWeights[];
  /** Outputs that are left where the engine made them (GPU memory) until they are asked for. */
  readonly resident: readonly string[];
}

export interface RunRequest {
  readonly session: number;
  readonly inputs: Readonly<Record<string, TensorLike | { readonly handle: number }>>;
  readonly outputs: readonly string[];
  /** Which of `outputs` stay in the engine. */
  readonly keep: readonly string[];
}

export type RunResult = Record<string, TensorLike | KeptTensor>;

/** What the engine says about itself and this machine. */
export interface EngineFacts {
  readonly version: string;
  /** What WebGPU offers; missing on WASM, and where there is none. */
  readonly gpu?: GpuFacts | undefined;
  /** Why the device cannot be used; missing when it can. */
  readonly problem?: string | undefined;
}

/** A WebGPU adapter as far as it matters here. Limits are in bytes. */
export interface GpuFacts {
  readonly description: string;
  /** It computes on the processor. */
  readonly isSoftware: boolean;
  readonly hasFp16: boolean;
  readonly maxBufferSize: number;
  readonly maxStorageBufferBindingSize: number;
}

/** The engine's whole surface, in this thread or behind a worker. Errors are the engine's own, not yet wrapped. */
export interface Engine {
  /** Whether it ended on its own, with all that was loaded in it. */
  readonly isLost: boolean;
  facts(): Promise<EngineFacts>;
  /** Makes a session and returns its number. */
  load(request: LoadRequest): Promise<number>;
  run(request: RunRequest): Promise<RunResult>;
  /** Copies a kept tensor out. */
  read(handle: number): Promise<TensorLike>;
  free(handles: readonly number[]): Promise<void>;
  release(session: number): Promise<void>;
  /** Ends the engine and everything in it. Pending calls reject with `reason`. */
  close(reason: Error): Promise<void>;
}
