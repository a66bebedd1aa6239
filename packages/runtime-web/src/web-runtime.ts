import {
  type AbortOptions,
  checkOptions,
  checkPngSource,
  type DecodeOptions,
  DisposedError,
  EngineError,
  type HubSettings,
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
  type WorkOptions,
} from "@sam2js/core";
import { EngineHost, EngineSession, type Placed } from "@sam2js/runtime-ort";
import type { Desk } from "./desk/desk.js";
import { WorkerDesk } from "./desk/worker-desk.js";
import { PageDesk } from "./desk-work/page-desk.js";
import { chooseDevice, type DeviceChoice, reportDevices, type WebDevice } from "./devices.js";
import type { WebEngineSettings } from "./engine/protocol.js";
import { startEngine } from "./engine/start-engine.js";
import { decodeImage } from "./images/decode-image.js";
import { readImageBytes } from "./images/read-image-bytes.js";
import { openShelf } from "./store/open-shelf.js";
import type { StorageKind } from "./store/shelf.js";
import { WebStore } from "./store/web-store.js";

/**
 * Of WASM's 4 GiB of addresses: what weights may take. The rest is for packed copies of them and for the tensors of a run. On WebGPU weights pass
 * through the same memory on their way to the device.
 */
const MAX_WEIGHT_BYTES = 2.5 * 2 ** 30;

/** After these the WASM instance cannot be used again: its stack or heap may be in any state. */
const FATAL =
  /aborted\(|memory access out of bounds|unreachable|table index is out of bounds|bad_alloc|out of memory/i;

function isFatal(error: unknown): boolean {
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  return name === "RuntimeError" || FATAL.test(message);
}

/** What a runtime is made of, after defaults. */
export interface WebRuntimeSettings extends Omit<WebEngineSettings, "device"> {
  readonly device: WebDevice | "auto";
  /** More threads were asked for than this page can have. */
  readonly isThreadingRefused: boolean;
  readonly worker: boolean;
  readonly store: StorageKind | ModelStore | undefined;
  readonly hub: HubSettings;
  readonly promptsPerRun: number | undefined;
  readonly onWarning: (message: string) => void;
}

/** The runtime of browsers: ONNX Runtime Web and the browser's decoders in workers, models in OPFS. */
export class WebRuntime implements Runtime {
  readonly specificationVersion = 1;
  readonly name = "web";
  readonly store: ModelStore;
  readonly #settings: WebRuntimeSettings;
  readonly #desk: Desk;
  #host: EngineHost | undefined;
  #choice: Promise<DeviceChoice> | undefined;
  #isDisposed = false;

  constructor(settings: WebRuntimeSettings) {
    this.#settings = settings;
    this.#desk = settings.worker ? new WorkerDesk() : new PageDesk();
    const { store, hub, onWarning } = settings;
    this.store =
      typeof store === "object"
        ? store
        : new WebStore({ openShelf: () => openShelf(store, this.#desk, onWarning), hub, onWarning });
  }

  async capabilities(): Promise<RuntimeCapabilities> {
    const choice = await this.#chooseDevice();
    const { version } = await this.#currentHost(choice.device).facts();
    const { device, gpu } = choice;
    const isGpu = device === "webgpu";
    return {
      device,
      devices: reportDevices(choice, this.#settings.threads),
      dtypes: isGpu ? (gpu?.hasFp16 ? ["fp32", "fp16"] : ["fp32"]) : ["fp32", "q8"],
      // In WASM the fused kernel overflows at the encoder's global attention.
      fusedAttention: false,
      promptsPerRun: this.#settings.promptsPerRun ?? (isGpu ? 32 : 16),
      threads: this.#settings.threads,
      maxSessionBytes: MAX_WEIGHT_BYTES,
      engine: `onnxruntime-web ${version}`,
    };
  }

  async createSession<I extends ValueTypes, O extends ValueTypes>(
    description: SessionDescription<I, O>,
    options: SessionOptions = {},
  ): Promise<Session<I, O>> {
    checkOptions(options, ["signal", "onProgress", "sideBySide"], "createSession");
    options.signal?.throwIfAborted();
    this.#requireOpen();
    return EngineSession.load(description, options, (again, work) => this.#place(again, work));
  }

  async decodeImage(source: ImageSource, options?: DecodeOptions): Promise<RgbImage> {
    this.#requireOpen();
    return decodeImage(this.#desk, source, options);
  }

  async readImageBytes(source: string | URL | Blob, { signal }: AbortOptions = {}): Promise<Uint8Array> {
    this.#requireOpen();
    return readImageBytes(source, signal);
  }

  async encodePng(image: PngSource): Promise<Uint8Array> {
    this.#requireOpen();
    checkPngSource(image);
    return this.#desk.encodePng(image);
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#desk.close(new DisposedError("runtime"));
    await this.#host?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** Loads a graph into the engine of the moment; where WebGPU cannot and need not, into one on WASM. */
  async #place(description: SessionDescription, options: WorkOptions): Promise<Placed> {
    const { device } = await raceAbort(this.#chooseDevice(), options.signal);
    try {
      return await this.#currentHost(device).place(description, options);
    } catch (error) {
      if (this.#isDisposed || !EngineError.isInstance(error)) throw error;
      const isGivenUp = (await this.#chooseDevice()).device !== device;
      // What the engine itself threw is the cause of its error; others (a damaged checkpoint) would be the same on WASM.
      const isOfDevice = error.cause !== undefined && error.code !== "DEVICE_LOST";
      if (!isGivenUp && (this.#settings.device !== "auto" || device === "wasm" || !isOfDevice)) throw error;
      if (!isGivenUp) await this.#fallBack(`${description.name} cannot be loaded there (${error.message})`);
      return this.#place(description, options);
    }
  }

  /** From now on WASM, in a fresh worker. Sessions that are loaded move there with their next run. */
  async #fallBack(why: string): Promise<void> {
    const { gpu } = await this.#chooseDevice();
    this.#choice = Promise.resolve({ device: "wasm", gpu, reason: why });
    const old = this.#host;
    this.#host = undefined;
    this.#settings.onWarning(`WebGPU is given up for WASM, which is slower: ${why}`);
    await old?.abandon(why);
  }

  #chooseDevice(): Promise<DeviceChoice> {
    this.#requireOpen();
    const choice = this.#choice ?? this.#probe();
    this.#choice = choice;
    choice.catch(() => {
      this.#choice = undefined;
    });
    return choice;
  }

  async #probe(): Promise<DeviceChoice> {
    const { device, isThreadingRefused, onWarning } = this.#settings;
    if (isThreadingRefused) {
      onWarning(
        "the engine gets one thread only: the page is not cross-origin isolated; serve it with the headers " +
          "Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp",
      );
    }
    if (device === "wasm") return { device };
    const hasGpu = "gpu" in navigator;
    const facts = hasGpu
      ? await this.#currentHost("webgpu").facts()
      : { version: "", problem: "this browser has no WebGPU, or not for this page (https: or localhost)" };
    const choice = chooseDevice(device, facts);
    if (choice.device === "webgpu") return choice;
    const probe = this.#host;
    this.#host = undefined;
    await probe?.close();
    return choice;
  }

  #currentHost(device: WebDevice): EngineHost {
    this.#requireOpen();
    if (!this.#host || this.#host.isLost) {
      const { threads, wasmBase, powerPreference, logLevel, worker } = this.#settings;
      const settings: WebEngineSettings = { device, threads, wasmBase, powerPreference, logLevel };
      this.#host = new EngineHost(startEngine(settings, worker), {
        maxWeightBytes: MAX_WEIGHT_BYTES,
        isFatal,
      });
    }
    return this.#host;
  }

  #requireOpen(): void {
    if (this.#isDisposed) throw new DisposedError("runtime");
  }
}
