import { type Engine, type EnginePort, engineLost, LocalEngine, RemoteEngine } from "@sam2js/runtime-ort";
import { watchWorker } from "../watch-worker.js";
import type { WebEngineSettings } from "./protocol.js";

/** Starts an engine in a Web Worker, or in the page. */
export function startEngine(settings: WebEngineSettings, hasWorker: boolean): Engine {
  if (hasWorker) return new RemoteEngine(settings, (onLost) => startWorker(settings.device, onLost));
  return new LocalEngine(async (onLost) => {
    const { start } =
      settings.device === "webgpu" ? await import("./webgpu-engine.js") : await import("./wasm-engine.js");
    return start(settings, (why) => onLost(engineLost(why)));
  });
}

function startWorker(device: WebEngineSettings["device"], onLost: (reason: Error) => void): EnginePort {
  // Bundlers recognise a worker by these very forms.
  const worker =
    device === "webgpu"
      ? new Worker(new URL("./webgpu-worker.js", import.meta.url), { type: "module", name: "sam2js-webgpu" })
      : new Worker(new URL("./wasm-worker.js", import.meta.url), { type: "module", name: "sam2js-wasm" });
  watchWorker(worker, (why) => onLost(engineLost(why)));
  return Object.assign(worker, { end: () => worker.terminate() });
}
