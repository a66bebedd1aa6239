import type { TensorLike } from "@sam2js/core";
import { WorkerLine } from "../worker/worker-line.js";
import { engineLost } from "./engine-error.js";
import type { Engine, EngineFacts, EngineSettings, LoadRequest, RunRequest, RunResult } from "./protocol.js";

/** The engine in a Web Worker, started by the first call. */
export class WorkerEngine implements Engine {
  readonly #line: WorkerLine;
  readonly #settings: EngineSettings;

  constructor(
    settings: EngineSettings,
    startWorker: () => Worker = () => startEngineWorker(settings.device),
  ) {
    this.#settings = settings;
    this.#line = new WorkerLine(startWorker, engineLost);
  }

  get isLost(): boolean {
    return this.#line.isLost;
  }

  facts(): Promise<EngineFacts> {
    return this.#call("facts", undefined);
  }

  /** The request's bytes are moved into the worker. */
  load(request: LoadRequest): Promise<number> {
    const bytes = [
      request.model,
      ...request.weights.flatMap((file) => ("bytes" in file ? [file.bytes] : [])),
    ];
    const buffers = bytes.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
    return this.#call("load", request, [...new Set(buffers)]);
  }

  /** Inputs are copied, so that the caller's arrays stay as they are. */
  run(request: RunRequest): Promise<RunResult> {
    const transfer: ArrayBuffer[] = [];
    const inputs: Record<string, RunRequest["inputs"][string]> = {};
    for (const [name, input] of Object.entries(request.inputs)) {
      if ("handle" in input) {
        inputs[name] = { handle: input.handle };
      } else {
        const data = input.data.slice();
        transfer.push(data.buffer);
        inputs[name] = { type: input.type, dims: [...input.dims], data };
      }
    }
    return this.#call("run", { ...request, inputs }, transfer);
  }

  read(handle: number): Promise<TensorLike> {
    return this.#call("read", handle);
  }

  async free(handles: readonly number[]): Promise<void> {
    if (this.#line.isStarted && !this.isLost) await this.#call("free", handles);
  }

  async release(session: number): Promise<void> {
    if (this.#line.isStarted && !this.isLost) await this.#call("release", session);
  }

  async close(reason: Error): Promise<void> {
    this.#line.close(reason);
  }

  async #call<T>(method: string, argument: unknown, transfer?: ArrayBuffer[]): Promise<T> {
    if (!this.#line.isStarted && !this.isLost) {
      // Messages keep their order, so what follows need not wait for the answer.
      void this.#line.call("start", this.#settings).catch(() => undefined);
    }
    return this.#line.call(method, argument, transfer);
  }
}

// Bundlers recognise a worker by these very forms.
function startEngineWorker(device: EngineSettings["device"]): Worker {
  return device === "webgpu"
    ? new Worker(new URL("./webgpu-worker.js", import.meta.url), { type: "module", name: "sam2js-webgpu" })
    : new Worker(new URL("./wasm-worker.js", import.meta.url), { type: "module", name: "sam2js-wasm" });
}
