export type { FromPretrainedOptions } from "@sam2js/checkpoint";
export { ImageEmbeddings } from "./embeddings/image-embeddings.js";
export type { MaskGenerationOptions } from "./generation/generation-options.js";
export {
  type MaskGenerationEvent,
  type MaskGenerationOutput,
  MaskGenerator,
} from "./generation/mask-generator.js";
export { type MaskGenerationPipeline, pipeline } from "./generation/pipeline.js";
export { Sam2HieraDetModel } from "./model/sam2-hiera-det-model.js";
export { Sam2Model } from "./model/sam2-model.js";
export type { Sam2ImageSegmentationOutput, Sam2Inputs } from "./model/sam2-outputs.js";
export { Sam2VisionModel } from "./model/sam2-vision-model.js";
export type { Sam2HieraDetOutput, Sam2VisionOutput, VisionInputs } from "./model/vision-output.js";
