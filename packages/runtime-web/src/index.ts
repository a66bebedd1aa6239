export { createWebRuntime, type WebRuntimeOptions } from "./create-web-runtime.js";
export type { WebDevice } from "./devices.js";
export { openBitmap } from "./images/open-bitmap.js";
export { encodePng } from "./png/encode-png.js";
export {
  deleteKeptModel,
  type KeptModel,
  type KeptModelsOptions,
  listKeptModels,
} from "./store/kept-models.js";
export type { StorageKind } from "./store/open-shelf.js";
