export { createNodeRuntime, type NodeRuntimeOptions } from "./create-node-runtime.js";
export type { NodeDevice } from "./devices.js";
export { removeDrafts } from "./store/drafts.js";
export { type FileContent, type WriteFileOptions, writeFileWhole } from "./store/write-file-whole.js";
