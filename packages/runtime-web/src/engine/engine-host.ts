import {
  DisposedError,
  EngineError,
  isDeviceTensor,
  Sam2Error,
  type SessionDescription,
  type TensorLike,
  type WorkOptions,
} from "@sam2js/core";
import { type TensorHost, WorkQueue } from "@sam2js/core/engine";
import { engineLost, isFatal, toEngineError } from "./engine-error.js";
import { type GatheredGraph, gatherWeights } from "./gather-weights.js";
import type { Engine, EngineFacts } from "./protocol.js";

/** One graph in the engine, shared by all sessions of the same digest. */
export interface LoadedGraph {
  readonly digest: string;
  /** Sessions that use it. */
  users: number;
  /** Weights that it holds in the engine; known once it is built. */
  sizeBytes: number;
  /** The engine's number for it. */
  readonly number: Promise<number>;
}

/** One engine with its queue and what is loaded in it. A host whose engine ended is replaced by a new one. */
export class EngineHost implements TensorHost {
  readonly #queue = new WorkQueue();
  readonly #engine: Engine;
  readonly #maxWeightBytes: number;
  readonly #graphs = new Map<string, LoadedGraph>();
  readonly #forgotten: FinalizationRegistry<number>;
  #facts: Promise<EngineFacts> | undefined;
  #isClosed = false;
  #isBroken = false;

  /** @param maxWeightBytes  what all graphs together may hold */
  constructor(engine: Engine, maxWeightBytes: number) {
    this.#engine = engine;
    this.#maxWeightBytes = maxWeightBytes;
    this.#forgotten = new FinalizationRegistry((handle) => void this.free(handle, undefined));
  }

  get isLost(): boolean {
    return this.#isBroken || this.#engine.isLost;
  }

  facts(): Promise<EngineFacts> {
    const facts = this.#facts ?? this.call("engine", (engine) => engine.facts());
    this.#facts = facts;
    facts.catch(() => {
      this.#facts = undefined;
    });
    return facts;
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
        const wrapped = toEngineError(error, what);
        if (!Sam2Error.isInstance(error) && isFatal(error)) await this.abandon(wrapped.message);
        throw wrapped;
      }
    };
    return this.#queue.add(turn, signal, discard);
  }

  /** Counts one more user of a graph and loads it when it is not there. Each call is answered by one of {@link leave}. */
  enter(description: SessionDescription, options: WorkOptions): LoadedGraph {
    const { digest } = description;
    const known = this.#graphs.get(digest);
    if (known) {
      known.users += 1;
      return known;
    }
    let settle: { resolve(number: number): void; reject(reason: unknown): void } | undefined;
    const number = new Promise<number>((resolve, reject) => {
      settle = { resolve, reject };
    });
    const graph: LoadedGraph = { digest, users: 1, sizeBytes: 0, number };
    this.#graphs.set(digest, graph);
    this.#load(description, graph, options).then(settle?.resolve, settle?.reject);
    number.catch(() => this.#forget(graph));
    return graph;
  }

  /** Ends one use of a graph; the last one releases it. */
  async leave(graph: LoadedGraph): Promise<void> {
    graph.users -= 1;
    if (graph.users > 0) return;
    this.#forget(graph);
    const number = await graph.number.catch(() => undefined);
    if (number === undefined || this.#isClosed || this.isLost) return;
    await this.call("session", (engine) => engine.release(number)).catch(() => undefined);
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
    await this.#engine.close(new DisposedError("runtime"));
  }

  /** Ends an engine that cannot go on; what lies in it is lost. */
  async abandon(why: string): Promise<void> {
    this.#isBroken = true;
    await this.#engine.close(engineLost(why));
  }

  #forget(graph: LoadedGraph): void {
    if (this.#graphs.get(graph.digest) === graph) this.#graphs.delete(graph.digest);
  }

  async #load(
    description: SessionDescription,
    graph: LoadedGraph,
    { onProgress }: WorkOptions,
  ): Promise<number> {
    const { name } = description;
    onProgress?.({ phase: "build", name, done: 0, total: 1, unit: "steps" });
    const built = await description.build();
    onProgress?.({ phase: "load", name, done: 0, total: 1, unit: "steps" });
    const number = await this.call(name, async (engine) => {
      if (graph.users === 0) throw new DisposedError(`session ${name}`);
      const gathered = gatherWeights(built);
      this.#requireRoom(name, graph, gathered);
      return engine.load({ ...gathered, resident: residentOutputs(description) });
    });
    onProgress?.({ phase: "load", name, done: 1, total: 1, unit: "steps" });
    return number;
  }

  #requireRoom(name: string, graph: LoadedGraph, { sizeBytes }: GatheredGraph): void {
    const others = [...this.#graphs.values()].reduce(
      (sum, each) => sum + (each === graph ? 0 : each.sizeBytes),
      0,
    );
    graph.sizeBytes = sizeBytes;
    if (others + sizeBytes <= this.#maxWeightBytes) return;
    const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
    throw new EngineError(
      `${name}: its weights take ${megabytes(sizeBytes)} beside ${megabytes(others)} already loaded, but the engine's memory (4 GB in all) has ` +
        `room for ${megabytes(this.#maxWeightBytes)} of weights; dispose of other models or take a smaller one`,
      { sizeBytes, loadedBytes: others, maxBytes: this.#maxWeightBytes },
      "OUT_OF_MEMORY",
    );
  }
}

/** Outputs of a fixed shape: those that may be kept on the device. Others are small or are wanted on the host. */
function residentOutputs({ outputs }: SessionDescription): readonly string[] {
  return outputs.filter(({ dims }) => dims.every((size) => typeof size === "number")).map(({ name }) => name);
}

/** Frees outputs that nobody waits for any more. */
export function disposeKept(outputs: Readonly<Record<string, unknown>>): void {
  for (const value of Object.values(outputs)) if (isDeviceTensor(value)) void value.dispose();
}
