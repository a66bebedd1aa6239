import { RemoteError, type WorkerCall, type WorkerReply } from "./messages.js";

interface PendingCall {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/** Why a line ended, for whoever makes an error of it. */
export type LineEnd = (why: string) => Error;

/**
 * Calls to a worker that is started by the first of them. When the worker ends on its own, pending calls and all later ones reject.
 */
export class WorkerLine {
  readonly #start: () => Worker;
  readonly #toError: LineEnd;
  readonly #pending = new Map<number, PendingCall>();
  #worker: Worker | undefined;
  #lastId = 0;
  #end: Error | undefined;

  /** @param toError  makes the error that calls get when the worker has ended */
  constructor(start: () => Worker, toError: LineEnd) {
    this.#start = start;
    this.#toError = toError;
  }

  get isLost(): boolean {
    return this.#end !== undefined;
  }

  get isStarted(): boolean {
    return this.#worker !== undefined;
  }

  /** @param transfer  buffers that are moved, not copied */
  call<T>(method: string, argument: unknown, transfer: Transferable[] = []): Promise<T> {
    if (this.#end) return Promise.reject(this.#end);
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
      try {
        this.#worker ??= this.#open();
        this.#worker.postMessage({ id, method, argument } satisfies WorkerCall, transfer);
      } catch (error) {
        this.#pending.delete(id);
        reject(error);
      }
    });
  }

  /** Ends the worker at once; pending calls reject with `reason`. */
  close(reason: Error): void {
    this.#end ??= reason;
    this.#worker?.terminate();
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of calls) call.reject(this.#end);
  }

  #open(): Worker {
    const worker = this.#start();
    worker.addEventListener("message", ({ data }: MessageEvent<WorkerReply>) => this.#take(data));
    worker.addEventListener("error", (event: ErrorEvent) => {
      event.preventDefault();
      this.close(this.#toError(event.message || "its script cannot be loaded"));
    });
    worker.addEventListener("messageerror", () => this.close(this.#toError("a message cannot be read")));
    return worker;
  }

  #take(reply: WorkerReply): void {
    if ("lost" in reply) {
      this.close(this.#toError(reply.lost));
      return;
    }
    const call = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if ("error" in reply) call?.reject(new RemoteError(reply.error));
    else call?.resolve(reply.value);
  }
}
