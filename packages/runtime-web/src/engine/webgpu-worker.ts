import { reportLost } from "../worker/serve.js";
import { serveEngine } from "./serve-engine.js";
import { start } from "./webgpu-engine.js";

serveEngine((settings) => start(settings, reportLost));
