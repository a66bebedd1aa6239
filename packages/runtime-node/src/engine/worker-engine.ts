import { DisposedError, type TensorLike } from "@sam2js/core";
import type { KeptTensor } from "@sam2js/core/engine";
import { type EngineThread, startThread, startThreadIn } from "./engine-thread.js";
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
  readonly #parent: WorkerEngine | undefined;
  /** Engines in threads that this one's has started, and which it would take with it. */
  readonly #children = new Set<WorkerEngine>();
  #thread: EngineThread | undefined;
  #lastId = 0;
  #end: Error | undefined;
  #closing: Promise<void> | undefined;
  /** Calls that the thread works on, given up or not. */
  readonly #unanswered = new Set<number>();
  #onIdle: (() => void) | undefined;

  /** @param parent  the engine whose thread starts this one's; a thread of its own starts when missing */
  constructor(
    settings: EngineSettings,
    entry = new URL("./engine-worker.mjs", import.meta.url),
    parent?: WorkerEngine,
  ) {
    this.#settings = settings;
    this.#entry = entry;
    this.#parent = parent;
  }

  beside(settings: EngineSettings): Engine {
    const child = new WorkerEngine(settings, this.#entry, this);
    this.#children.add(child);
    return child;
  }

  get isLost(): boolean {
    return this.#end !== undefined;
  }

  facts(): Promise<EngineFacts> {
    return this.#call("facts", undefined);
  }

  /** Bytes on a SharedArrayBuffer are seen by the worker in place, others are copied once. */
  load({ model, weights, threads }: LoadRequest): Promise<number> {
    const transfer: ArrayBuffer[] = [];
    const request: LoadRequest = {
      model: forWorker(model, transfer),
      weights: weights.map((file) =>
        "bytes" in file ? { location: file.location, bytes: forWorker(file.bytes, transfer) } : file,
      ),
      threads,
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

  keep({ type, dims, data }: TensorLike): Promise<KeptTensor> {
    const transfer: ArrayBuffer[] = [];
    return this.#call("keep", { type, dims: [...dims], data: forWorker(data, transfer) }, transfer);
  }

  read(handle: number): Promise<TensorLike> {
    return this.#call("read", handle);
  }

  async free(handles: readonly number[]): Promise<void> {
    if (this.#thread && !this.#end) await this.#call("free", handles);
  }

  async release(session: number): Promise<void> {
    if (this.#thread && !this.#end) await this.#call("release", session);
  }

  /**
   * Ends the thread and those that it has started, after the runs under way. Pending calls reject at once. A thread ended within a run
   * would take the process with it: the addon throws into an environment that is going away.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#finish(new DisposedError("runtime"));
    await Promise.all([...this.#children].map((child) => child.close()));
    if (this.#unanswered.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    await this.#thread?.end();
    if (this.#parent) this.#parent.#children.delete(this);
  }

  #answered(ids: readonly number[]): void {
    for (const id of ids) this.#unanswered.delete(id);
    if (this.#unanswered.size === 0) this.#onIdle?.();
  }

  #call<T>(method: EngineMethod, argument: unknown, transfer: ArrayBuffer[] = []): Promise<T> {
    if (this.#end) return Promise.reject(this.#end);
    const thread = this.#running();
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
      thread.ref();
      thread.post({ id, method, argument }, transfer);
      this.#unanswered.add(id);
    });
  }

  #start(): EngineThread {
    const events = {
      onReply: (reply: EngineReply) => {
        const call = this.#pending.get(reply.id);
        this.#pending.delete(reply.id);
        this.#answered([reply.id]);
        if (this.#pending.size === 0) this.#thread?.unref();
        if ("error" in reply) call?.reject(new Error(reply.error));
        else call?.resolve(reply.value);
      },
      onEnd: (reason: Error) => {
        this.#finish(reason);
        this.#answered([...this.#unanswered]);
      },
    };
    if (!this.#parent) return startThread(this.#entry, this.#settings, events);
    return startThreadIn(this.#parent.#running(), this.#settings, events);
  }

  #running(): EngineThread {
    this.#thread ??= this.#start();
    return this.#thread;
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
