import { serveWebEngine } from "./serve-web-engine.js";
import { start } from "./webgpu-engine.js";

serveWebEngine(start);
