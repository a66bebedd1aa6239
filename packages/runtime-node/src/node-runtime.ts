import {
  type DecodeOptions,
  DisposedError,
  type ImageSource,
  type ModelStore,
  type PngSource,
  type RgbImage,
  type Runtime,
  type RuntimeCapabilities,
  raceAbort,
  type Session,
  type SessionDescription,
  type SessionOptions,
} from "@sam2js/core";
import { defaultThreads } from "./default-threads.js";
import { type NodeDevice, reportDevices, requireDevice } from "./devices.js";
import { createEngine } from "./engine/engine.mjs";
import { EngineHost } from "./engine/engine-host.js";
import type { Engine, EngineSettings } from "./engine/protocol.js";
import { WorkerEngine } from "./engine/worker-engine.js";
import { decodeImage } from "./images/decode-image.js";
import { encodePng } from "./images/encode-png.js";
import { NodeSession } from "./node-session.js";
import { SideBySideSession } from "./side-by-side-session.js";
import { TensorCopies } from "./tensor-copies.js";

/** Each holds a copy of the graph, so that more of them cost memory. */
const MOST_LANES = 4;

/** What a runtime is made of, after defaults. */
export interface NodeRuntimeSettings {
  readonly device: NodeDevice;
  readonly threads: number | undefined;
  readonly worker: boolean;
  readonly promptsPerRun: number | undefined;
  readonly logLevel: EngineSettings["logLevel"];
}

/** The runtime of Node: ONNX Runtime in a worker thread, sharp, the Hub's cache on disk. */
export class NodeRuntime implements Runtime {
  readonly name = "node";
  readonly store: ModelStore;
  readonly #settings: NodeRuntimeSettings;
  readonly #startEngine: (settings: EngineSettings) => Engine;
  readonly #copies = new TensorCopies();
  #host: EngineHost | undefined;
  /** Engines beside it, for sessions that run side by side; started by the first of these. */
  readonly #besides: EngineHost[] = [];
  #isDisposed = false;

  /** @param startEngine  replaced in tests by one whose worker dies */
  constructor(
    settings: NodeRuntimeSettings,
    store: ModelStore,
    startEngine: (settings: EngineSettings) => Engine = settings.worker
      ? (engine) => new WorkerEngine(engine)
      : createEngine,
  ) {
    this.#settings = settings;
    this.store = store;
    this.#startEngine = startEngine;
  }

  async capabilities(): Promise<RuntimeCapabilities> {
    const { device, promptsPerRun } = this.#settings;
    const facts = await this.#currentHost().facts();
    const isCpu = device === "cpu";
    return {
      device,
      devices: reportDevices(device, facts),
      // ONNX Runtime's CPU kernels for fp16 convert to fp32 and back around each step.
      dtypes: isCpu ? ["fp32", "q8"] : ["fp32", "fp16"],
      // MultiHeadAttention is verified on the CPU; elsewhere it waits for a machine that shows it to be right.
      fusedAttention: isCpu,
      // 16 are 4 % faster at hiera-tiny on two cores and take 300 MB more.
      promptsPerRun: promptsPerRun ?? (isCpu ? 8 : 64),
      sideBySideRuns: this.#lanes().count,
      threads: this.#threads(),
      engine: `onnxruntime-node ${facts.version}`,
    };
  }

  async createSession(description: SessionDescription, options: SessionOptions = {}): Promise<Session> {
    const { signal } = options;
    signal?.throwIfAborted();
    const host = this.#currentHost();
    const { device } = this.#settings;
    if (device !== "cpu") {
      const facts = await raceAbort(host.facts(), signal);
      requireDevice(device, reportDevices(device, facts));
    }
    const { count, threads } = this.#lanes();
    if (!options.sideBySide || count === 1) return loadIn(host, description, options);
    // The other threads start when this one has a session: they take over what that has set.
    const first = await loadIn(host, description, options, threads);
    const { logLevel } = this.#settings;
    if (this.#besides.some(({ isLost }) => isLost)) {
      await Promise.all(this.#besides.splice(0).map((other) => other.close()));
    }
    while (this.#besides.length < count - 1) {
      const other = host.beside({ device, threads, logLevel });
      if (!other) return first;
      this.#besides.push(other);
    }
    const others = await Promise.allSettled(
      this.#besides.map(async (beside) => ({
        host: beside,
        session: await loadIn(beside, description, { signal }, threads),
      })),
    );
    const failed = others.find((result) => result.status === "rejected");
    const made = others.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    if (failed) {
      await Promise.all([first, ...made.map(({ session }) => session)].map((session) => session.dispose()));
      throw failed.reason;
    }
    return new SideBySideSession([{ host, session: first }, ...made], this.#copies);
  }

  async decodeImage(source: ImageSource, options?: DecodeOptions): Promise<RgbImage> {
    this.#requireOpen();
    return decodeImage(source, options);
  }

  async encodePng(image: PngSource): Promise<Uint8Array> {
    this.#requireOpen();
    return encodePng(image);
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    const hosts = [...this.#besides.splice(0), ...(this.#host ? [this.#host] : [])];
    await Promise.all(hosts.map((host) => host.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #threads(): number {
    return this.#settings.threads ?? defaultThreads();
  }

  /** How the threads are shared out to runs that go side by side. */
  #lanes(): { readonly count: number; readonly threads: number } {
    const { device, worker } = this.#settings;
    const count = device === "cpu" && worker ? Math.min(this.#threads(), MOST_LANES) : 1;
    return { count, threads: Math.floor(this.#threads() / count) };
  }

  #currentHost(): EngineHost {
    this.#requireOpen();
    if (!this.#host || this.#host.isLost) {
      this.#besides.length = 0; // they ended with it
      const { device, logLevel } = this.#settings;
      this.#host = new EngineHost(this.#startEngine({ device, threads: this.#threads(), logLevel }));
    }
    return this.#host;
  }

  #requireOpen(): void {
    if (this.#isDisposed) throw new DisposedError("runtime");
  }
}

/** Loads a graph into one engine. @param threads  of its runs; all that the engine has when missing */
async function loadIn(
  host: EngineHost,
  description: SessionDescription,
  options: SessionOptions,
  threads?: number,
): Promise<NodeSession> {
  const graph = host.enter(description, options, threads);
  try {
    return new NodeSession(host, graph, await raceAbort(graph.number, options.signal), description);
  } catch (error) {
    void host.leave(graph).catch(() => undefined);
    throw error;
  }
}
