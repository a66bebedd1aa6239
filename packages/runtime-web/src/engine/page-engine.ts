import type { TensorLike } from "@sam2js/core";
import type { LocalEngine } from "./create-engine.js";
import { engineLost } from "./engine-error.js";
import type { Engine, EngineFacts, EngineSettings, LoadRequest, RunRequest, RunResult } from "./protocol.js";

/**
 * The engine in the thread of the caller, for places where workers are not allowed. All such engines of a page share one instance of
 * ONNX Runtime: a lost device or a full heap is final for the page.
 */
export class PageEngine implements Engine {
  readonly #settings: EngineSettings;
  readonly #sessions = new Set<number>();
  #engine: Promise<LocalEngine> | undefined;
  #end: Error | undefined;
  #rejectPending: ((reason: Error) => void) | undefined;
  readonly #ended: Promise<never>;

  constructor(settings: EngineSettings) {
    this.#settings = settings;
    this.#ended = new Promise<never>((_, reject) => {
      this.#rejectPending = reject;
    });
    this.#ended.catch(() => undefined);
  }

  get isLost(): boolean {
    return this.#end !== undefined;
  }

  facts(): Promise<EngineFacts> {
    return this.#call((engine) => engine.facts());
  }

  async load(request: LoadRequest): Promise<number> {
    const number = await this.#call((engine) => engine.load(request));
    this.#sessions.add(number);
    return number;
  }

  run(request: RunRequest): Promise<RunResult> {
    return this.#call((engine) => engine.run(request));
  }

  read(handle: number): Promise<TensorLike> {
    return this.#call((engine) => engine.read(handle));
  }

  free(handles: readonly number[]): Promise<void> {
    return this.#call((engine) => engine.free(handles));
  }

  release(session: number): Promise<void> {
    this.#sessions.delete(session);
    return this.#call((engine) => engine.release(session));
  }

  async close(reason: Error): Promise<void> {
    this.#finish(reason);
    const engine = await this.#engine?.catch(() => undefined);
    for (const session of this.#sessions) await engine?.release(session).catch(() => undefined);
  }

  async #call<T>(work: (engine: LocalEngine) => Promise<T>): Promise<T> {
    if (this.#end) throw this.#end;
    this.#engine ??= this.#open();
    return Promise.race([this.#engine.then(work), this.#ended]);
  }

  async #open(): Promise<LocalEngine> {
    const onLost = (why: string) => this.#finish(engineLost(why));
    const { start } =
      this.#settings.device === "webgpu"
        ? await import("./webgpu-engine.js")
        : await import("./wasm-engine.js");
    return start(this.#settings, onLost);
  }

  #finish(reason: Error): void {
    this.#end ??= reason;
    this.#rejectPending?.(this.#end);
  }
}
