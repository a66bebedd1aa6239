import type { EngineMethods } from "@sam2js/runtime-ort";
import * as ort from "onnxruntime-web/wasm";
import type { WebEngineSettings } from "./protocol.js";
import { createWebEngine } from "./web-engine.js";

/** The engine on WebAssembly. Bundlers find its files by the two `new URL` below. */
export function start(settings: WebEngineSettings, onLost: (why: string) => void): EngineMethods {
  const files = {
    mjs: new URL("../ort/ort-wasm-simd-threaded.js", import.meta.url).href,
    wasm: new URL("../ort/ort-wasm-simd-threaded.wasm", import.meta.url).href,
  };
  return createWebEngine(ort, files, settings, onLost);
}
