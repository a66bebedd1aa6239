import {
  DisposedError,
  EngineError,
  isDeviceTensor,
  Sam2Error,
  type SessionDescription,
  type TensorLike,
  type WorkOptions,
} from "@sam2js/core";
import { type LoadedGraph, SharedGraphs, type TensorHost, WorkQueue } from "@sam2js/core/engine";
import { engineLost, isFatal, toEngineError } from "./engine-error.js";
import { type GatheredGraph, gatherWeights } from "./gather-weights.js";
import type { Engine, EngineFacts } from "./protocol.js";

/** One engine with its queue and what is loaded in it. A host whose engine ended is replaced by a new one. */
export class EngineHost implements TensorHost {
  readonly #queue = new WorkQueue();
  readonly #engine: Engine;
  readonly #maxWeightBytes: number;
  readonly #graphs = new SharedGraphs();
  /** Bytes of weights that each graph holds in the engine; known once it is built. */
  readonly #sizes = new WeakMap<LoadedGraph, number>();
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
    return this.#graphs.enter(description.digest, (graph) => this.#load(description, graph, options));
  }

  /** Ends one use of a graph; the last one releases it. */
  leave(graph: LoadedGraph): Promise<void> {
    return this.#graphs.leave(graph, async (number) => {
      if (this.#isClosed || this.isLost) return;
      await this.call("session", (engine) => engine.release(number)).catch(() => undefined);
    });
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
    this.#sizes.set(graph, sizeBytes);
    let others = 0;
    for (const each of this.#graphs) if (each !== graph) others += this.#sizes.get(each) ?? 0;
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
