export { createNodeRuntime, type NodeRuntimeOptions } from "./create-node-runtime.js";
export type { NodeDevice } from "./devices.js";
export { proxyFetch } from "./net/proxy-fetch.js";
export { removeDrafts } from "./store/drafts.js";
export { FileLock, type LockTiming } from "./store/file-lock.js";
export { toStoreError } from "./store/store-error.js";
export { type FileContent, type WriteFileOptions, writeFileWhole } from "./store/write-file-whole.js";
