import { DisposedError, type SessionDescription, type TensorLike, type WorkOptions } from "@sam2js/core";
import {
  EngineTensor,
  type LoadedGraph,
  SharedGraphs,
  type TensorHost,
  WorkQueue,
} from "@sam2js/core/engine";
import { toEngineError } from "./engine-error.js";
import { toLoadRequest } from "./load-request.js";
import type { Engine, EngineFacts, EngineSettings } from "./protocol.js";

/** One engine with its queue and what is loaded in it. A host whose worker ended is replaced by a new one. */
export class EngineHost implements TensorHost {
  readonly queue = new WorkQueue();
  readonly #engine: Engine;
  readonly #graphs = new SharedGraphs();
  readonly #forgotten: FinalizationRegistry<number>;
  #facts: Promise<EngineFacts> | undefined;
  #isClosed = false;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#forgotten = new FinalizationRegistry((handle) => void this.free(handle, undefined));
  }

  get isLost(): boolean {
    return this.#engine.isLost;
  }

  facts(): Promise<EngineFacts> {
    this.#facts ??= this.call("engine", (engine) => engine.facts());
    this.#facts.catch(() => {
      this.#facts = undefined;
    });
    return this.#facts;
  }

  /**
   * Queues one call of the engine.
   *
   * @param what     who asks, for error messages
   * @param discard  is given a value that comes after an abort
   * @throws {DisposedError} the host was closed before the call's turn
   * @throws {EngineError} the engine failed
   */
  call<T>(
    what: string,
    work: (engine: Engine) => Promise<T>,
    signal?: AbortSignal,
    discard?: (late: T) => void,
  ): Promise<T> {
    const turn = async () => {
      if (this.#isClosed) throw new DisposedError("runtime");
      try {
        return await work(this.#engine);
      } catch (error) {
        throw toEngineError(error, what);
      }
    };
    return this.queue.add(turn, signal, discard);
  }

  /** A host of another engine, in a thread that this one's starts; undefined where there can be none. */
  beside(settings: EngineSettings): EngineHost | undefined {
    const engine = this.#engine.beside?.(settings);
    return engine && new EngineHost(engine);
  }

  /**
   * Counts one more user of a graph and loads it when it is not there. Each call is answered by one of {@link leave}.
   *
   * @param threads  of its runs; all that the engine has when missing
   */
  enter(description: SessionDescription, options: WorkOptions, threads?: number): LoadedGraph {
    const key = `${description.digest}/${threads ?? "all"}`;
    return this.#graphs.enter(key, (graph) =>
      this.#load(description, () => graph.users > 0, options, threads),
    );
  }

  /** Ends one use of a graph; the last one releases it. */
  leave(graph: LoadedGraph): Promise<void> {
    return this.#graphs.leave(graph, async (number) => {
      if (this.#isClosed || this.isLost) return;
      await this.call("session", (engine) => engine.release(number));
    });
  }

  /** Copies a tensor into the engine. @throws {EngineError} the engine failed */
  async keep(tensor: TensorLike): Promise<EngineTensor> {
    return new EngineTensor(this, await this.call("tensor", (engine) => engine.keep(tensor)));
  }

  read(handle: number): Promise<TensorLike> {
    return this.call("device tensor", (engine) => engine.read(handle));
  }

  /** Frees a kept tensor when its handle is collected without `dispose()`. */
  watch(tensor: object, handle: number): void {
    this.#forgotten.register(tensor, handle, tensor);
  }

  async free(handle: number, tensor: object | undefined): Promise<void> {
    if (tensor) this.#forgotten.unregister(tensor);
    if (this.#isClosed || this.isLost) return;
    await this.call("tensor", (engine) => engine.free([handle])).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#graphs.clear();
    await this.#engine.close();
  }

  async #load(
    description: SessionDescription,
    isWanted: () => boolean,
    { onProgress }: WorkOptions,
    threads: number | undefined,
  ): Promise<number> {
    const { name } = description;
    onProgress?.({ phase: "build", name, done: 0, total: 1, unit: "steps" });
    const graph = await description.build();
    onProgress?.({ phase: "load", name, done: 0, total: 1, unit: "steps" });
    const request = { ...(await toLoadRequest(graph)), threads };
    const number = await this.call(name, async (engine) => {
      if (!isWanted()) throw new DisposedError(`session ${name}`);
      return engine.load(request);
    });
    onProgress?.({ phase: "load", name, done: 1, total: 1, unit: "steps" });
    return number;
  }
}
