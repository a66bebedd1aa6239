import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-web";
import { gpuFacts } from "./gpu-facts.js";
import { fromOrt, toOrt } from "./ort-tensor.js";
import type { Engine, EngineFacts, EngineSettings, LoadRequest, RunRequest, RunResult } from "./protocol.js";

/** The engine's library in one of its builds. */
export type Ort = typeof import("onnxruntime-web");

/** The two files of a build of the engine. */
export interface EngineFiles {
  readonly mjs: string;
  readonly wasm: string;
}

const LOG_LEVELS = { verbose: 0, info: 1, warning: 2, error: 3, fatal: 4 } as const;

/** The calls of an engine that do the work; who ends it is another matter. */
export type LocalEngine = Omit<Engine, "isLost" | "close">;

/**
 * Sessions and kept tensors on ONNX Runtime Web: the only file that talks to it. It runs in the worker, or in the page with `worker: false`.
 *
 * @param onLost  is told once when the graphics device is gone
 */
export function createEngine(
  ort: Ort,
  files: EngineFiles,
  settings: EngineSettings,
  onLost: (why: string) => void,
): LocalEngine {
  const { device, threads, logLevel, powerPreference } = settings;
  const sessions = new Map<number, InferenceSession>();
  const tensors = new Map<number, OrtTensor>();
  let lastNumber = 0;

  ort.env.wasm.wasmPaths = files;
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.proxy = false;
  if (logLevel) ort.env.logLevel = logLevel;
  if (powerPreference) ort.env.webgpu.powerPreference = powerPreference;

  const kept = (handle: number): OrtTensor => {
    const tensor = tensors.get(handle);
    if (!tensor) throw new ReferenceError(`tensor ${handle} is not in this engine`);
    return tensor;
  };

  const watch = device === "webgpu" ? watchDevice(ort, onLost) : undefined;

  return {
    async facts(): Promise<EngineFacts> {
      const version = ort.env.versions.web ?? ort.env.versions.common;
      if (device === "wasm") return { version };
      const gpu = await gpuFacts(powerPreference);
      return typeof gpu === "string" ? { version, problem: gpu } : { version, gpu };
    },

    async load({ model, weights, resident }: LoadRequest): Promise<number> {
      const externalData = await Promise.all(
        weights.map(async (file) => ({
          path: file.location,
          data: "bytes" in file ? file.bytes : new Uint8Array(await file.blob.arrayBuffer()),
        })),
      );
      const session = await ort.InferenceSession.create(model, {
        executionProviders: [device],
        graphOptimizationLevel: "all",
        // Planning a run's memory as one block grows the WASM heap, which never shrinks.
        enableMemPattern: false,
        externalData,
        // Else its threads turn in circles for a while after each run, on cores that the page wants then.
        extra: { session: { force_spinning_stop: "1" } },
        ...(logLevel ? { logSeverityLevel: LOG_LEVELS[logLevel] } : {}),
        ...(device === "webgpu"
          ? {
              preferredOutputLocation: Object.fromEntries(
                resident.map((name) => [name, "gpu-buffer"] as const),
              ),
            }
          : {}),
      });
      watch?.expectUse();
      lastNumber += 1;
      sessions.set(lastNumber, session);
      return lastNumber;
    },

    async run({ session: number, inputs, outputs, keep }: RunRequest): Promise<RunResult> {
      const session = sessions.get(number);
      if (!session) throw new ReferenceError(`session ${number} is not in this engine`);
      const feeds: Record<string, OrtTensor> = {};
      for (const [name, input] of Object.entries(inputs)) {
        feeds[name] = "handle" in input ? kept(input.handle) : toOrt(ort.Tensor, input);
      }
      const results = await session.run(feeds, outputs);
      const values: RunResult = {};
      for (const name of outputs) {
        const result = results[name];
        if (!result) throw new ReferenceError(`the engine gave no output ${name}`);
        if (keep.includes(name)) {
          lastNumber += 1;
          tensors.set(lastNumber, result);
          const type = result.type === "bool" ? "uint8" : (result.type as "float32");
          values[name] = { type, dims: [...result.dims], handle: lastNumber };
        } else {
          values[name] = await fromOrt(result);
          if (result.location !== "cpu") result.dispose();
        }
      }
      return values;
    },

    async read(handle: number) {
      const { type, dims, data } = await fromOrt(kept(handle));
      return { type, dims, data: data.slice() };
    },

    async free(handles: readonly number[]): Promise<void> {
      for (const handle of handles) {
        tensors.get(handle)?.dispose();
        tensors.delete(handle);
      }
    },

    async release(number: number): Promise<void> {
      const session = sessions.get(number);
      sessions.delete(number);
      if (sessions.size === 0) watch?.expectEnd();
      await session?.release();
    },
  };
}

/** What the engine is about to do with the graphics device that it holds. */
interface DeviceWatch {
  /** The last session goes, and with it, as the engine pleases, the device: that is no loss. */
  expectEnd(): void;
  /** A session was loaded: from here on the end of its device is a loss. */
  expectUse(): void;
}

/**
 * Hears of the end of the graphics device from the moment the engine has made it: a device that ends while the first session is loaded
 * would leave that load pending for ever.
 */
function watchDevice(ort: Ort, onLost: (why: string) => void): DeviceWatch {
  let current: GPUDevice | undefined;
  const ending = new WeakSet<GPUDevice>();
  Object.defineProperty(ort.env.webgpu, "device", {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (device: GPUDevice) => {
      current = device;
      void device.lost.then(({ reason, message }) => {
        if (reason === "destroyed" && ending.has(device)) return;
        onLost(`${message || "the browser took the device away"} (${reason})`);
      });
    },
  });
  return {
    expectEnd: () => {
      if (current) ending.add(current);
    },
    expectUse: () => {
      if (current) ending.delete(current);
    },
  };
}
