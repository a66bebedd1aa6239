export type { FromPretrainedOptions } from "@sam2js/checkpoint";
export type {
  PromptEmbeddingInputs,
  PromptEmbeddings,
  Sam2HieraDetOutput,
  Sam2VisionOutput,
  VisionInputs,
} from "@sam2js/embeddings";
export { ImageEmbeddings } from "@sam2js/embeddings";
export type { MaskGenerationOptions } from "./generation/generation-options.js";
export {
  type MaskGenerationEvent,
  type MaskGenerationOutput,
  MaskGenerator,
} from "./generation/mask-generator.js";
export { type MaskGenerationPipeline, pipeline } from "./generation/pipeline.js";
export { AutoModelForMaskGeneration } from "./model/auto-model-for-mask-generation.js";
export { EdgeTamModel } from "./model/edgetam-model.js";
export { EdgeTamVisionModel } from "./model/edgetam-vision-model.js";
export { Sam2HieraDetModel } from "./model/sam2-hiera-det-model.js";
export { Sam2Model } from "./model/sam2-model.js";
export type { Sam2ImageSegmentationOutput, Sam2Inputs } from "./model/sam2-outputs.js";
export { Sam2VisionModel } from "./model/sam2-vision-model.js";
export type { SegmentationModel } from "./model/segmentation-model.js";
export { findSubject, type SubjectGuesses } from "./objects/find-subject.js";
export { maskPrompt } from "./objects/mask-prompt.js";
export {
  type ObjectMask,
  type ObjectPrompt,
  type SegmentObjectsOptions,
  segmentObjects,
} from "./objects/segment-objects.js";
export { segmentSubject } from "./objects/segment-subject.js";
