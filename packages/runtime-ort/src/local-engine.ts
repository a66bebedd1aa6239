import type { Engine, EngineMethods } from "./protocol.js";

/** Makes the engine in this thread. @param onLost  is told when its device is gone */
export type OpenEngine = (onLost: (reason: Error) => void) => Promise<EngineMethods>;

/**
 * The engine in the thread of the caller, for places where workers are not allowed. All such engines of a page share one instance of
 * ONNX Runtime: a lost device or a full heap is final for the page.
 */
export class LocalEngine implements Engine {
  readonly #open: OpenEngine;
  readonly #sessions = new Set<number>();
  #engine: Promise<EngineMethods> | undefined;
  #end: Error | undefined;
  #rejectPending: (reason: Error) => void = () => undefined;
  readonly #ended = new Promise<never>((_, reject) => {
    this.#rejectPending = reject;
  });

  constructor(open: OpenEngine) {
    this.#open = open;
    this.#ended.catch(() => undefined);
  }

  get isLost(): boolean {
    return this.#end !== undefined;
  }

  call<M extends keyof EngineMethods>(
    method: M,
    ...args: Parameters<EngineMethods[M]>
  ): ReturnType<EngineMethods[M]>;
  async call(method: keyof EngineMethods, argument?: unknown): Promise<unknown> {
    if (this.#end) throw this.#end;
    this.#engine ??= this.#open((reason) => this.#finish(reason));
    const value = await Promise.race([
      this.#engine.then((engine): Promise<unknown> => engine[method](argument as never)),
      this.#ended,
    ]);
    if (method === "load") this.#sessions.add(value as number);
    if (method === "release") this.#sessions.delete(argument as number);
    return value;
  }

  async close(reason: Error): Promise<void> {
    this.#finish(reason);
    const engine = await this.#engine?.catch(() => undefined);
    for (const session of this.#sessions) await engine?.release(session).catch(() => undefined);
  }

  #finish(reason: Error): void {
    this.#end ??= reason;
    this.#rejectPending(this.#end);
  }
}
