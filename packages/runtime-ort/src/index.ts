export { Caller, type CallOptions, RemoteError } from "./caller.js";
export { engineLost } from "./engine-error.js";
export { EngineHost, type HostOptions, type Placed } from "./engine-host.js";
export { EngineSession, type Place } from "./engine-session.js";
export { EngineTensor, type KeptTensor, type TensorHost } from "./engine-tensor.js";
export { LocalEngine, type OpenEngine } from "./local-engine.js";
export type { MapFiles, MappedPaths, StaysInPlace } from "./place-weights.js";
export type {
  Engine,
  EngineFacts,
  EngineMethods,
  EngineSettings,
  EngineWeights,
  GpuFacts,
  LoadRequest,
  MappedFile,
  Mapping,
  RunRequest,
  RunResult,
} from "./protocol.js";
export { type EnginePort, RemoteEngine, type StartThread } from "./remote-engine.js";
export { requireCount, requireThreads } from "./require-count.js";
export type { LoadedGraph } from "./shared-graphs.js";
export type { CallContext, Message, PlainError, Port, Served } from "./worker/messages.js";
