import { Caller } from "./caller.js";
import type { Engine, EngineMethods, EngineSettings } from "./protocol.js";
import type { Port } from "./worker/messages.js";

/** A thread that `serveEngine` runs in. */
export interface EnginePort extends Port {
  /** Ends the thread. */
  end(): Promise<void> | void;
}

/** Starts a thread. @param onLost  is told why it ended on its own */
export type StartThread = (onLost: (reason: Error) => void) => EnginePort;

/** An engine in a thread of its own, which starts at once. When the thread ends on its own, pending calls reject and the engine is over. */
export class RemoteEngine implements Engine {
  readonly #settings: EngineSettings;
  readonly #start: StartThread;
  #thread: { readonly port: EnginePort; readonly caller: Caller } | undefined;
  #end: Error | undefined;

  constructor(settings: EngineSettings, start: StartThread) {
    this.#settings = settings;
    this.#start = start;
    try {
      this.#running();
    } catch {
      // The first call tries again, and rejects.
    }
  }

  get isLost(): boolean {
    return this.#end !== undefined;
  }

  /** What is passed is copied, so that it stays the caller's, but for shared memory, which the thread sees in place. */
  call<M extends keyof EngineMethods>(
    method: M,
    ...[argument]: Parameters<EngineMethods[M]>
  ): ReturnType<EngineMethods[M]>;
  async call(method: string, argument?: unknown): Promise<unknown> {
    if (this.#end) throw this.#end;
    const { caller } = this.#running();
    const transfer: ArrayBuffer[] = [];
    return caller.call(method, copied(argument, transfer), { transfer });
  }

  async close(reason: Error, before?: Promise<unknown>): Promise<void> {
    this.#finish(reason);
    await before;
    await this.#thread?.port.end();
  }

  #running() {
    if (this.#thread) return this.#thread;
    const port = this.#start((reason) => this.#finish(reason));
    this.#thread = { port, caller: new Caller(port) };
    // Messages keep their order, so what follows need not wait for the answer.
    this.#thread.caller.call("start", this.#settings).catch(() => undefined);
    return this.#thread;
  }

  #finish(reason: Error): void {
    this.#end ??= reason;
    this.#thread?.caller.end(this.#end);
  }
}

/** A copy in which arrays lie in buffers of their own, to be transferred: a view alone would take all of its buffer along. */
function copied(value: unknown, transfer: ArrayBuffer[]): unknown {
  if (ArrayBuffer.isView(value)) {
    if (!(value.buffer instanceof ArrayBuffer)) return value;
    const copy = (value as Uint8Array<ArrayBuffer>).slice();
    transfer.push(copy.buffer);
    return copy;
  }
  if (Array.isArray(value)) return value.map((item) => copied(item, transfer));
  if (typeof value !== "object" || value === null || value instanceof Blob) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copied(item, transfer)]));
}
