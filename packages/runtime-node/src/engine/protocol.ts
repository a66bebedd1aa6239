import type { MessagePort } from "node:worker_threads";
import type { TensorLike } from "@sam2js/core";
import type { KeptTensor } from "@sam2js/core/engine";

/** What an engine is started with. Plain data: it crosses into the worker. */
export interface EngineSettings {
  /** The execution provider: `"cpu"`, `"webgpu"`, `"cuda"`, `"coreml"`, `"dml"`. */
  readonly device: string;
  readonly threads: number;
  /** ONNX Runtime's own level; its default when missing. */
  readonly logLevel?: "verbose" | "info" | "warning" | "error" | "fatal" | undefined;
  /** Whether the processor may take numbers below 10⁻³⁸ for 0 in the engine's threads, this one among them. */
  readonly flushesDenormals?: boolean | undefined;
}

/** A weight file as the engine takes it: mapped from disk, or bytes that are read once while the session is made. */
export type EngineWeights =
  | { readonly location: string; readonly path: string }
  | { readonly location: string; readonly bytes: Uint8Array };

export interface LoadRequest {
  readonly model: Uint8Array;
  readonly weights: readonly EngineWeights[];
  /** Threads of its runs; those of the engine when missing. */
  readonly threads?: number | undefined;
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
  /** Execution providers that this build of the engine knows; those not `bundled` need libraries of their own. */
  readonly providers: readonly { readonly name: string; readonly bundled: boolean }[];
  /** Why the wanted device cannot be used; missing when it can. */
  readonly deviceProblem?: string | undefined;
}

/** The engine's whole surface, in this thread or behind a worker. Errors are the engine's own, not yet wrapped. */
export interface Engine {
  /** Whether it ended on its own, with all that was loaded in it. */
  readonly isLost: boolean;
  facts(): Promise<EngineFacts>;
  /** Another engine, in a thread that this one's starts; an engine in the caller's thread has none beside it. */
  beside?(settings: EngineSettings): Engine;
  /** Makes a session and returns its number. */
  load(request: LoadRequest): Promise<number>;
  run(request: RunRequest): Promise<RunResult>;
  /** Copies a tensor in, to be an input of many runs. */
  keep(tensor: TensorLike): Promise<KeptTensor>;
  /** Copies a kept tensor out. */
  read(handle: number): Promise<TensorLike>;
  free(handles: readonly number[]): Promise<void>;
  release(session: number): Promise<void>;
  /** Ends all sessions. */
  close(): Promise<void>;
}

/** Asks the worker to start another one of the same kind, whose calls come by `port`. */
export interface EngineBirth {
  readonly settings: EngineSettings;
  readonly port: MessagePort;
}

/** The calls that cross to the worker. */
export type EngineMethod = Exclude<keyof Engine, "isLost" | "beside">;

export interface EngineCall {
  readonly id: number;
  readonly method: EngineMethod;
  readonly argument: unknown;
}

export type EngineReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };
