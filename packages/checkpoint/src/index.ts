export type { Checkpoint, TensorRecord, WeightOptions } from "./checkpoint.js";
export { blobFile, bytesFile } from "./files/memory-file.js";
export type { ModelFiles } from "./files/model-files.js";
export { OPEN_MODEL_OPTIONS, type OpenModelOptions, pickOpenOptions } from "./files/open-options.js";
export {
  NANO_WORK,
  PUBLISHED_MODELS,
  type PublishedModel,
  suggestModel,
} from "./hub/published-models.js";
export { readJson } from "./json/read-json.js";
export { loadCheckpoint } from "./load-checkpoint.js";
export { loadModel, modelDefinition } from "./load-model.js";
export {
  type FromPretrainedOptions,
  type Loaded,
  loadPretrained,
  type ModelDefinition,
  type ModelTensors,
  requireLoaded,
} from "./load-pretrained.js";
export type { FileListLike, ModelReference, ModelSource } from "./open/model-source.js";
export { openModel } from "./open/open-model.js";
export { loadCheckpointOrReady } from "./ready/checkpoint-or-ready.js";
export { findReadyModel, type ReadyModel } from "./ready/ready-model.js";
export { refuseReady } from "./ready/ready-parts.js";
export type { SafetensorsDtype } from "./safetensors/dtype.js";
export type { SafetensorsEntry, SafetensorsHeader } from "./safetensors/parse-header.js";
export { readSafetensorsHeader } from "./safetensors/read-header.js";
export { type CheckpointContent, checkpointFiles, type SaveOptions } from "./save/checkpoint-files.js";
export { type DecoderContent, decoderFile, openDecoderFile } from "./save/decoder-file.js";
export { type SaveFilesOptions, saveFiles } from "./save/save-files.js";
export { savePretrained } from "./save/save-pretrained.js";
export { writeSafetensors } from "./save/write-safetensors.js";
export type { RetryOptions } from "./transfer/retry.js";
