export {
  type ImageArray,
  type ImageInput,
  type InputDataFormat,
  isImageArray,
  type NumberImage,
  type PixelNumbers,
  sizeOfPixels,
} from "./images/read-arrays.js";
export type { SegmentationMap } from "./images/segmentation-map.js";
export { type PostProcessMasksOptions, postProcessMasks } from "./logits/post-process-masks.js";
export type { MaskLogits } from "./logits/read-masks.js";
export type { ImageOptions, ImageSettings } from "./options/image-settings.js";
export type { Resample, ResampleName } from "./options/resample.js";
export type { FixedSize, Size, SizeOption } from "./options/size.js";
export {
  type EncodedPrompts,
  encodePrompts,
  type Prompts,
  padPrompts,
} from "./prompts/encode-prompts.js";
export type { Nested3, Nested4 } from "./prompts/nested.js";
export { type OriginalSize, type OriginalSizes, readOriginalSizes } from "./prompts/original-sizes.js";
export { scaleCorners, scalePoints } from "./prompts/scale-points.js";
export { resizeAntialiased } from "./resize/resize-floats.js";
export {
  type ImageJsonOptions,
  type Images,
  imageJsonOptions,
  type LoadImageProcessorOptions,
  type PreprocessedImages,
  type PreprocessOptions,
  Sam2ImageProcessor,
  Sam2ImageProcessor as Sam2ImageProcessorFast,
  type Sam2ImageProcessorOptions,
} from "./sam2-image-processor.js";
export {
  LOAD_PROCESSOR_OPTIONS,
  type LoadProcessorOptions,
  type ProcessedInputs,
  type ProcessInputs,
  type PromptOptions,
  Sam2Processor,
} from "./sam2-processor.js";
export {
  type OpenProcessorOptions,
  PROCESSOR_FILE,
  type ProcessorRuntime,
  readProcessorFiles,
  saveSettings,
} from "./settings-files.js";
