import { serveWebEngine } from "./serve-web-engine.js";
import { start } from "./wasm-engine.js";

serveWebEngine(start);
