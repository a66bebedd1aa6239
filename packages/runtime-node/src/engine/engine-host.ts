import { DisposedError, type SessionDescription, type TensorLike, type WorkOptions } from "@sam2js/core";
import { type TensorHost, WorkQueue } from "@sam2js/core/engine";
import { toEngineError } from "./engine-error.js";
import { toLoadRequest } from "./load-request.js";
import type { Engine, EngineFacts } from "./protocol.js";

/** One graph in the engine, shared by all sessions of the same digest. */
export interface LoadedGraph {
  readonly digest: string;
  /** Sessions that use it. */
  users: number;
  /** The engine's number for it. */
  readonly number: Promise<number>;
}

/** One engine with its queue and what is loaded in it. A host whose worker ended is replaced by a new one. */
export class EngineHost implements TensorHost {
  readonly queue = new WorkQueue();
  readonly #engine: Engine;
  readonly #graphs = new Map<string, LoadedGraph>();
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

  /** Counts one more user of a graph and loads it when it is not there. Each call is answered by one of {@link leave}. */
  enter(description: SessionDescription, options: WorkOptions): LoadedGraph {
    const { digest } = description;
    const known = this.#graphs.get(digest);
    if (known) {
      known.users += 1;
      return known;
    }
    const isWanted = () => graph.users > 0;
    const graph: LoadedGraph = { digest, users: 1, number: this.#load(description, isWanted, options) };
    this.#graphs.set(digest, graph);
    graph.number.catch(() => this.#forget(graph));
    return graph;
  }

  /** Ends one use of a graph; the last one releases it. */
  async leave(graph: LoadedGraph): Promise<void> {
    graph.users -= 1;
    if (graph.users > 0) return;
    this.#forget(graph);
    const number = await graph.number.catch(() => undefined);
    if (number === undefined || this.#isClosed || this.isLost) return;
    await this.call("session", (engine) => engine.release(number));
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

  #forget(graph: LoadedGraph): void {
    if (this.#graphs.get(graph.digest) === graph) this.#graphs.delete(graph.digest);
  }

  async #load(
    description: SessionDescription,
    isWanted: () => boolean,
    { onProgress }: WorkOptions,
  ): Promise<number> {
    const { name } = description;
    onProgress?.({ phase: "build", name, done: 0, total: 1, unit: "steps" });
    const graph = await description.build();
    onProgress?.({ phase: "load", name, done: 0, total: 1, unit: "steps" });
    const request = await toLoadRequest(graph);
    const number = await this.call(name, async (engine) => {
      if (!isWanted()) throw new DisposedError(`session ${name}`);
      return engine.load(request);
    });
    onProgress?.({ phase: "load", name, done: 1, total: 1, unit: "steps" });
    return number;
  }
}
