import {
  DisposedError,
  EngineError,
  isDeviceTensor,
  raceAbort,
  Sam2Error,
  type SessionDescription,
  type TensorLike,
  type WorkOptions,
} from "@sam2js/core";
import { engineLost, toEngineError } from "./engine-error.js";
import { EngineTensor, type TensorHost } from "./engine-tensor.js";
import { type MapFiles, NO_WEIGHTS, placeWeights, type StaysInPlace } from "./place-weights.js";
import type { Engine, EngineFacts } from "./protocol.js";
import { type LoadedGraph, SharedGraphs } from "./shared-graphs.js";
import { WorkQueue } from "./work-queue.js";

/** What differs between platforms about an engine's home. */
export interface HostOptions {
  /** What the weights of all graphs together may take; missing where memory is the limit. */
  readonly maxWeightBytes?: number | undefined;
  /** Finds weight files on disk; missing where the platform has no paths. */
  readonly mapFiles?: MapFiles | undefined;
  /** Which weights of mapped files the engine uses as they lie; none when missing. */
  readonly staysInPlace?: StaysInPlace | undefined;
  /** Whether the engine cannot be used again after this error. */
  readonly isFatal?: ((error: unknown) => boolean) | undefined;
}

/** Where a session's graph is loaded. */
export interface Placed {
  /** The engine that has it. */
  readonly host: EngineHost;
  /** For {@link EngineHost.leave}. */
  readonly graph: LoadedGraph;
  /** What `graph.number` has become. */
  readonly number: number;
}

/** One engine with its queue and what is loaded in it. A host whose engine ended is replaced by a new one. */
export class EngineHost implements TensorHost {
  readonly #queue = new WorkQueue();
  readonly #engine: Engine;
  readonly #options: HostOptions;
  readonly #graphs = new SharedGraphs();
  /** Bytes of weights that each graph holds in the engine; known once it is built. */
  readonly #sizes = new WeakMap<LoadedGraph, number>();
  readonly #forgotten = new FinalizationRegistry<number>((handle) => void this.free(handle, undefined));
  #facts: Promise<EngineFacts> | undefined;
  #isClosed = false;
  #isBroken = false;

  constructor(engine: Engine, options: HostOptions = {}) {
    this.#engine = engine;
    this.#options = options;
  }

  get isLost(): boolean {
    return this.#isBroken || this.#engine.isLost;
  }

  /** What the engine says about itself; asked once. */
  facts(): Promise<EngineFacts> {
    const facts = this.#facts ?? this.call("engine", (engine) => engine.call("facts"));
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
        if (!Sam2Error.isInstance(error) && this.#options.isFatal?.(error)) {
          await this.abandon(wrapped.message);
        }
        throw wrapped;
      }
    };
    return this.#queue.add(turn, signal, discard);
  }

  /**
   * Loads a graph, or shares one that is loaded. Each is answered by one call of {@link leave}.
   *
   * @param threads  of its runs; all that the engine has when missing
   */
  async place(description: SessionDescription, options: WorkOptions, threads?: number): Promise<Placed> {
    const graph = this.#graphs.enter(`${description.digest}/${threads ?? "all"}`, (each) =>
      this.#load(description, each, options, threads),
    );
    try {
      return { host: this, graph, number: await raceAbort(graph.number, options.signal) };
    } catch (error) {
      void this.leave(graph);
      throw error;
    }
  }

  /** Ends one use of a graph; the last one releases it. Never rejects. */
  leave(graph: LoadedGraph): Promise<void> {
    return this.#graphs.leave(graph, async (number) => {
      if (this.#isClosed || this.isLost) return;
      await this.call("session", (engine) => engine.call("release", number)).catch(() => undefined);
    });
  }

  /** Copies a tensor into the engine. @throws {EngineError} the engine failed */
  async keep(tensor: TensorLike): Promise<EngineTensor> {
    return new EngineTensor(this, await this.call("tensor", (engine) => engine.call("keep", tensor)));
  }

  read(handle: number): Promise<TensorLike> {
    return this.call("device tensor", (engine) => engine.call("read", handle));
  }

  /** Frees a kept tensor when its handle is collected without `dispose()`. */
  watch(tensor: object, handle: number): void {
    this.#forgotten.register(tensor, handle, tensor);
  }

  async free(handle: number, tensor: object | undefined): Promise<void> {
    if (tensor) this.#forgotten.unregister(tensor);
    if (this.#isClosed || this.isLost) return;
    await this.call("tensor", (engine) => engine.call("free", [handle])).catch(() => undefined);
  }

  /** Ends the engine; open calls and later ones are DisposedErrors. @param before  what has to be over before its thread ends */
  async close(before?: Promise<unknown>): Promise<void> {
    this.#isClosed = true;
    this.#graphs.clear();
    await this.#engine.close(new DisposedError("runtime"), before);
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
    threads: number | undefined,
  ): Promise<number> {
    const { name } = description;
    onProgress?.({ phase: "build", name, done: 0, total: 1, unit: "steps" });
    let placed = NO_WEIGHTS;
    const { model } = await description.build(async (ranges, files) => {
      const { mapFiles, staysInPlace } = this.#options;
      placed = await placeWeights(
        ranges,
        files,
        mapFiles,
        (range) => staysInPlace?.(range, threads) ?? false,
      );
      return placed.placements;
    });
    onProgress?.({ phase: "load", name, done: 0, total: 1, unit: "steps" });
    const { weights, mapping, sizeBytes, placements } = placed;
    const number = await this.call(name, async (engine) => {
      if (graph.users === 0) throw new DisposedError(`session ${name}`);
      this.#requireRoom(name, graph, sizeBytes);
      return engine.call("load", {
        model,
        weights,
        mapping,
        hasWeightsInPlace: placements.some((placement) => "inPlace" in placement),
        threads,
        resident: residentOutputs(description),
      });
    });
    onProgress?.({ phase: "load", name, done: 1, total: 1, unit: "steps" });
    return number;
  }

  #requireRoom(name: string, graph: LoadedGraph, sizeBytes: number): void {
    const { maxWeightBytes = Number.POSITIVE_INFINITY } = this.#options;
    this.#sizes.set(graph, sizeBytes);
    let others = 0;
    for (const each of this.#graphs) if (each !== graph) others += this.#sizes.get(each) ?? 0;
    if (others + sizeBytes <= maxWeightBytes) return;
    const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
    throw new EngineError(
      `${name}: its weights take ${megabytes(sizeBytes)} beside ${megabytes(others)} already loaded, but the engine's memory (4 GB in all) has ` +
        `room for ${megabytes(maxWeightBytes)} of weights; dispose of other models or take a smaller one`,
      { sizeBytes, loadedBytes: others, maxBytes: maxWeightBytes },
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
