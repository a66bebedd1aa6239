export { createWebRuntime, type WebRuntimeOptions } from "./create-web-runtime.js";
export type { WebDevice } from "./devices.js";
export type { StorageKind } from "./store/open-shelf.js";
