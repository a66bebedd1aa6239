import type { EngineMethods } from "@sam2js/runtime-ort";
import { createEngine } from "@sam2js/runtime-ort/worker";
import { gpuFacts } from "./gpu-facts.js";
import type { WebEngineSettings } from "./protocol.js";

/** The engine's library in one of its builds. */
type Ort = typeof import("onnxruntime-web");

/** Where the two files of a build of the engine lie. */
interface EngineFiles {
  readonly mjs: string;
  readonly wasm: string;
}

/**
 * ONNX Runtime for browsers. It runs in the worker, or in the page with `worker: false`.
 *
 * @param files   of the build, unless they lie in `settings.wasmBase`
 * @param onLost  is told once when the graphics device is gone
 */
export function createWebEngine(
  ort: Ort,
  files: EngineFiles,
  settings: WebEngineSettings,
  onLost: (why: string) => void,
): EngineMethods {
  const { device, threads, logLevel, powerPreference, wasmBase } = settings;
  ort.env.wasm.wasmPaths = wasmBase ? inFolder(files, wasmBase) : files;
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.proxy = false;
  if (logLevel) ort.env.logLevel = logLevel;
  if (powerPreference) ort.env.webgpu.powerPreference = powerPreference;
  const onSessions = device === "webgpu" ? watchDevice(ort, onLost) : undefined;
  return createEngine(settings, {
    ort: async () => ort,
    facts: async () => {
      const version = ort.env.versions.web ?? ort.env.versions.common;
      if (device === "wasm") return { version };
      const gpu = await gpuFacts(powerPreference);
      return typeof gpu === "string" ? { version, problem: gpu } : { version, gpu };
    },
    sessionOptions: ({ resident }) => ({
      // Else its threads turn in circles for a while after each run, on cores that the page wants then.
      extra: { session: { force_spinning_stop: "1" } },
      ...(device === "webgpu"
        ? { preferredOutputLocation: Object.fromEntries(resident.map((name) => [name, "gpu-buffer"])) }
        : {}),
    }),
    ...(onSessions ? { onSessions } : {}),
  });
}

function inFolder({ mjs, wasm }: EngineFiles, folder: string): EngineFiles {
  const place = (file: string) => new URL(file.slice(file.lastIndexOf("/") + 1), folder).href;
  return { mjs: place(mjs), wasm: place(wasm) };
}

/**
 * Hears of the end of the graphics device from the moment the engine has made it: a device that ends while the first session is loaded
 * would leave that load pending for ever.
 *
 * @returns is told how many sessions there are: with the last one the engine may end the device, which is no loss
 */
function watchDevice(ort: Ort, onLost: (why: string) => void): (count: number) => void {
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
  return (count) => {
    if (!current) return;
    if (count === 0) ending.add(current);
    else ending.delete(current);
  };
}
