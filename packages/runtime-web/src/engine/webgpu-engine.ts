import * as ort from "onnxruntime-web/webgpu";
import { createEngine, type LocalEngine } from "./create-engine.js";
import type { EngineSettings } from "./protocol.js";

/** The engine on WebGPU. Bundlers find its files by the two `new URL` below. */
export function start(settings: EngineSettings, onLost: (why: string) => void): LocalEngine {
  const base = settings.wasmBase;
  const files = base
    ? {
        mjs: new URL("ort-wasm-simd-threaded.asyncify.mjs", base).href,
        wasm: new URL("ort-wasm-simd-threaded.asyncify.wasm", base).href,
      }
    : {
        mjs: new URL("../ort/ort-wasm-simd-threaded.asyncify.mjs", import.meta.url).href,
        wasm: new URL("../ort/ort-wasm-simd-threaded.asyncify.wasm", import.meta.url).href,
      };
  return createEngine(ort, files, settings, onLost);
}
