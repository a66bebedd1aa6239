import {
  type AbortOptions,
  checkOptions,
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
  type ValueTypes,
} from "@sam2js/core";
import {
  EngineHost,
  EngineSession,
  type EngineSettings,
  LocalEngine,
  RemoteEngine,
} from "@sam2js/runtime-ort";
import { defaultThreads } from "./default-threads.js";
import { type NodeDevice, reportDevices, requireDevice } from "./devices.js";
import { EngineThread } from "./engine/engine-thread.js";
import { mapFiles } from "./engine/map-files.js";
import { createNodeEngine } from "./engine/node-engine.mjs";
import { staysInPlace } from "./engine/stays-in-place.js";
import { decodeImage } from "./images/decode-image.js";
import { encodePng } from "./images/encode-png.js";
import { readImageBytes } from "./images/read-image-bytes.js";
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
  readonly specificationVersion = 1;
  readonly name = "node";
  readonly store: ModelStore;
  readonly #settings: NodeRuntimeSettings;
  readonly #startThread: typeof EngineThread.start;
  readonly #copies = new TensorCopies();
  /** The runtime's own engine, and those beside it for sessions that run side by side. */
  readonly #hosts: EngineHost[] = [];
  /** That of the runtime's own engine, which starts the others. */
  #thread: EngineThread | undefined;
  #isDisposed = false;

  /** @param startThread  replaced in tests by one that dies */
  constructor(
    settings: NodeRuntimeSettings,
    store: ModelStore,
    startThread: typeof EngineThread.start = EngineThread.start,
  ) {
    this.#settings = settings;
    this.store = store;
    this.#startThread = startThread;
  }

  async capabilities(): Promise<RuntimeCapabilities> {
    const { device, promptsPerRun } = this.#settings;
    const facts = await this.#host(0).facts();
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

  async createSession<I extends ValueTypes, O extends ValueTypes>(
    description: SessionDescription<I, O>,
    options: SessionOptions = {},
  ): Promise<Session<I, O>> {
    checkOptions(options, ["signal", "onProgress", "sideBySide"], "createSession");
    const { signal } = options;
    signal?.throwIfAborted();
    const { device } = this.#settings;
    if (device !== "cpu") {
      const facts = await raceAbort(this.#host(0).facts(), signal);
      requireDevice(device, reportDevices(device, facts));
    }
    const { count, threads } = this.#lanes();
    if (!options.sideBySide || count === 1) {
      return EngineSession.load(description, options, (again, work) => this.#host(0).place(again, work));
    }
    const loads = Array.from({ length: count }, (_, lane) =>
      EngineSession.load(description, lane === 0 ? options : { signal }, (again, work) =>
        this.#host(lane).place(again, work, threads),
      ),
    );
    const results = await Promise.allSettled(loads);
    const sessions = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const failed = results.find((result) => result.status === "rejected");
    if (!failed) return new SideBySideSession(sessions, this.#copies);
    await Promise.all(sessions.map((session) => session.dispose()));
    throw failed.reason;
  }

  async decodeImage(source: ImageSource, options?: DecodeOptions): Promise<RgbImage> {
    this.#requireOpen();
    return decodeImage(source, options);
  }

  async readImageBytes(source: string | URL | Blob, { signal }: AbortOptions = {}): Promise<Uint8Array> {
    this.#requireOpen();
    return readImageBytes(source, signal);
  }

  async encodePng(image: PngSource): Promise<Uint8Array> {
    this.#requireOpen();
    return encodePng(image);
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    const [own, ...others] = this.#hosts.splice(0);
    // The other threads live in that of the runtime's own engine, which ends last; all calls end now.
    await own?.close(Promise.all(others.map((host) => host.close())));
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

  /** An engine by its lane, started anew when it was lost; 0 is the runtime's own. */
  #host(lane: number): EngineHost {
    this.#requireOpen();
    const own = this.#hosts[0];
    if (own?.isLost) this.#hosts.length = 0; // the others ended with it
    const known = this.#hosts[lane];
    if (known && !known.isLost) return known;
    const { device, logLevel, worker } = this.#settings;
    if (lane > 0) this.#host(0);
    const settings = { device, logLevel, threads: lane > 0 ? this.#lanes().threads : this.#threads() };
    const engine = worker
      ? new RemoteEngine(settings, (onLost) => this.#start(lane, onLost))
      : new LocalEngine(async () => createNodeEngine(settings));
    const host = new EngineHost(engine, {
      mapFiles,
      // By the threads of the session, so that all of a session's lanes compute the same numbers.
      staysInPlace: (range, threads = settings.threads) => device === "cpu" && staysInPlace(range, threads),
    });
    this.#hosts[lane] = host;
    return host;
  }

  #start(lane: number, onLost: (reason: Error) => void): EngineThread {
    if (lane > 0 && this.#thread) return this.#thread.beside(onLost);
    this.#thread = this.#startThread(onLost);
    return this.#thread;
  }

  #requireOpen(): void {
    if (this.#isDisposed) throw new DisposedError("runtime");
  }
}
