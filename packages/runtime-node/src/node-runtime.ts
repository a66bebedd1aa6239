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
  type WorkOptions,
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
  #host: EngineHost | undefined;
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
      threads: this.#threads(),
      engine: `onnxruntime-node ${facts.version}`,
    };
  }

  async createSession(description: SessionDescription, options: WorkOptions = {}): Promise<Session> {
    const { signal } = options;
    signal?.throwIfAborted();
    const host = this.#currentHost();
    const { device } = this.#settings;
    if (device !== "cpu") {
      const facts = await raceAbort(host.facts(), signal);
      requireDevice(device, reportDevices(device, facts));
    }
    const graph = host.enter(description, options);
    try {
      const number = await raceAbort(graph.number, signal);
      return new NodeSession(host, graph, number, description);
    } catch (error) {
      void host.leave(graph).catch(() => undefined);
      throw error;
    }
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
    await this.#host?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #threads(): number {
    return this.#settings.threads ?? defaultThreads();
  }

  #currentHost(): EngineHost {
    this.#requireOpen();
    if (!this.#host || this.#host.isLost) {
      const { device, logLevel } = this.#settings;
      this.#host = new EngineHost(this.#startEngine({ device, threads: this.#threads(), logLevel }));
    }
    return this.#host;
  }

  #requireOpen(): void {
    if (this.#isDisposed) throw new DisposedError("runtime");
  }
}
