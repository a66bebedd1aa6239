import { Worker } from "node:worker_threads";
import { DisposedError, type TensorLike } from "@sam2js/core";
import { engineLost } from "./engine-error.js";
import type {
  Engine,
  EngineFacts,
  EngineMethod,
  EngineReply,
  EngineSettings,
  LoadRequest,
  RunRequest,
  RunResult,
} from "./protocol.js";

interface PendingCall {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/**
 * The engine in a worker thread, started by the first call. The thread keeps the process alive only while a call is
 * pending. When it ends on its own (out of memory, for example), pending calls reject and the engine is over: `isLost`.
 */
export class WorkerEngine implements Engine {
  readonly #settings: EngineSettings;
  readonly #entry: URL;
  readonly #pending = new Map<number, PendingCall>();
  #worker: Worker | undefined;
  #lastId = 0;
  #end: Error | undefined;
  /** Calls that the thread works on, given up or not. */
  readonly #unanswered = new Set<number>();
  #onIdle: (() => void) | undefined;

  constructor(settings: EngineSettings, entry = new URL("./engine-worker.mjs", import.meta.url)) {
    this.#settings = settings;
    this.#entry = entry;
  }

  get isLost(): boolean {
    return this.#end !== undefined;
  }

  facts(): Promise<EngineFacts> {
    return this.#call("facts", undefined);
  }

  /** Bytes on a SharedArrayBuffer are seen by the worker in place, others are copied once. */
  load({ model, weights }: LoadRequest): Promise<number> {
    const transfer: ArrayBuffer[] = [];
    const request: LoadRequest = {
      model: forWorker(model, transfer),
      weights: weights.map((file) =>
        "bytes" in file ? { location: file.location, bytes: forWorker(file.bytes, transfer) } : file,
      ),
    };
    return this.#call("load", request, transfer);
  }

  /** Inputs are copied, so that the caller's arrays stay as they are. */
  run(request: RunRequest): Promise<RunResult> {
    const transfer: ArrayBuffer[] = [];
    const inputs: Record<string, RunRequest["inputs"][string]> = {};
    for (const [name, input] of Object.entries(request.inputs)) {
      inputs[name] =
        "handle" in input
          ? { handle: input.handle }
          : { type: input.type, dims: [...input.dims], data: forWorker(input.data, transfer) };
    }
    return this.#call("run", { ...request, inputs }, transfer);
  }

  read(handle: number): Promise<TensorLike> {
    return this.#call("read", handle);
  }

  async free(handles: readonly number[]): Promise<void> {
    if (this.#worker && !this.#end) await this.#call("free", handles);
  }

  async release(session: number): Promise<void> {
    if (this.#worker && !this.#end) await this.#call("release", session);
  }

  /**
   * Ends the thread, after the run under way. Pending calls reject at once. A thread ended within a run would take the process with it: the
   * addon throws into an environment that is going away.
   */
  async close(): Promise<void> {
    this.#finish(new DisposedError("runtime"));
    if (this.#unanswered.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    await this.#worker?.terminate();
  }

  #answered(ids: readonly number[]): void {
    for (const id of ids) this.#unanswered.delete(id);
    if (this.#unanswered.size === 0) this.#onIdle?.();
  }

  #call<T>(method: EngineMethod, argument: unknown, transfer: ArrayBuffer[] = []): Promise<T> {
    if (this.#end) return Promise.reject(this.#end);
    this.#worker ??= this.#start();
    const worker = this.#worker;
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
      worker.ref();
      worker.postMessage({ id, method, argument }, transfer);
      this.#unanswered.add(id);
    });
  }

  #start(): Worker {
    const worker = new Worker(this.#entry, {
      name: "sam2js-engine",
      workerData: this.#settings,
      // Flags of the program (loaders, --input-type) are not meant for this thread.
      execArgv: [],
    });
    worker.unref();
    worker.on("message", (reply: EngineReply) => {
      const call = this.#pending.get(reply.id);
      this.#pending.delete(reply.id);
      this.#answered([reply.id]);
      if (this.#pending.size === 0) worker.unref();
      if ("error" in reply) call?.reject(new Error(reply.error));
      else call?.resolve(reply.value);
    });
    worker.on("error", (error: Error & { code?: string }) => {
      const isMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      this.#finish(engineLost(error.message, isMemory ? "OUT_OF_MEMORY" : "DEVICE_LOST"));
    });
    worker.on("messageerror", (error) => {
      this.#finish(engineLost(error.message));
      void worker.terminate();
    });
    worker.on("exit", (code) => {
      this.#finish(engineLost(`exit code ${code}`));
      this.#answered([...this.#unanswered]);
    });
    return worker;
  }

  #finish(reason: Error): void {
    this.#end ??= reason;
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of calls) call.reject(this.#end);
  }
}

type Data = TensorLike["data"];

/** A view that may be posted: shared memory as it is, anything else as a copy whose buffer is transferred. */
function forWorker<T extends Data>(data: T, transfer: ArrayBuffer[]): T {
  if (!(data.buffer instanceof ArrayBuffer)) return data;
  const copy = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  transfer.push(copy);
  if (data instanceof Float32Array) return new Float32Array(copy) as T;
  if (data instanceof Int32Array) return new Int32Array(copy) as T;
  if (data instanceof Uint16Array) return new Uint16Array(copy) as T;
  return new Uint8Array(copy) as T;
}
