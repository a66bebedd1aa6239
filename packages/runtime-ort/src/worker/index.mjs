export { createEngine } from "./create-engine.mjs";
export { handingOver, handingOverData, serve } from "./serve.mjs";
export { serveEngine } from "./serve-engine.mjs";
