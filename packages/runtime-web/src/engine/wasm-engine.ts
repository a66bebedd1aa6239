import * as ort from "onnxruntime-web/wasm";
import { createEngine, type LocalEngine } from "./create-engine.js";
import type { EngineSettings } from "./protocol.js";

/** The engine on WebAssembly. Bundlers find its files by the two `new URL` below. */
export function start(settings: EngineSettings, onLost: (why: string) => void): LocalEngine {
  const base = settings.wasmBase;
  const files = base
    ? {
        mjs: new URL("ort-wasm-simd-threaded.mjs", base).href,
        wasm: new URL("ort-wasm-simd-threaded.wasm", base).href,
      }
    : {
        mjs: new URL("../ort/ort-wasm-simd-threaded.mjs", import.meta.url).href,
        wasm: new URL("../ort/ort-wasm-simd-threaded.wasm", import.meta.url).href,
      };
  return createEngine(ort, files, settings, onLost);
}
