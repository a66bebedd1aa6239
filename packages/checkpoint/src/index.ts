export {
  type Checkpoint,
  SHARED_POSITION_ALIASES,
  type TensorRecord,
  type WeightAliases,
  type WeightOptions,
} from "./checkpoint.js";
export { readJson } from "./json/read-json.js";
export { loadCheckpoint } from "./load-checkpoint.js";
export { blobFile, bytesFile } from "./open/memory-file.js";
export type { ModelFiles } from "./open/model-files.js";
export type { FileListLike, ModelReference, ModelSource } from "./open/model-source.js";
export { openModel } from "./open/open-model.js";
export type { OpenModelOptions } from "./open/open-options.js";
export type { SafetensorsDtype } from "./safetensors/dtype.js";
export type { SafetensorsEntry, SafetensorsHeader } from "./safetensors/parse-header.js";
export { readSafetensorsHeader } from "./safetensors/read-header.js";
export type { RetryOptions } from "./transfer/retry.js";
