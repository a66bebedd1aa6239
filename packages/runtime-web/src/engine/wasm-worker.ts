import { reportLost } from "../worker/serve.js";
import { serveEngine } from "./serve-engine.js";
import { start } from "./wasm-engine.js";

serveEngine((settings) => start(settings, reportLost));
