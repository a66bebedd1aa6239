export { createNodeRuntime, type NodeRuntimeOptions } from "./create-node-runtime.js";
export type { NodeDevice } from "./devices.js";
