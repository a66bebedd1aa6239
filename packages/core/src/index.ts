export { type ByteFormat, CheckedBytes, HalfBlock, writeCheckedBytes } from "./bytes/checked-bytes.js";
export { textEncoding } from "./bytes/text-encoding.js";
export { ACTIVATIONS, type Activation } from "./config/activation.js";
export { EdgeTamConfig } from "./config/edgetam-config.js";
export { EdgeTamVideoConfig } from "./config/edgetam-video-config.js";
export { EdgeTamVisionConfig } from "./config/edgetam-vision-config.js";
export type { SizePair } from "./config/field.js";
export type { VisionConfig } from "./config/image-model.js";
export { type ImageModelConfig, parseImageModelConfig } from "./config/image-model-config.js";
export { isJsonObject, type JsonObject } from "./config/json.js";
export { CONFIG_LIMITS } from "./config/limits.js";
export { RepVitConfig, type RepVitGeometry } from "./config/repvit-config.js";
export { Sam2Config } from "./config/sam2-config.js";
export { Sam2HieraDetConfig } from "./config/sam2-hiera-det-config.js";
export {
  Sam2MaskDecoderConfig,
  Sam2MaskDecoderConfig as EdgeTamMaskDecoderConfig,
  Sam2MaskDecoderConfig as EdgeTamVideoMaskDecoderConfig,
  Sam2MaskDecoderConfig as Sam2VideoMaskDecoderConfig,
} from "./config/sam2-mask-decoder-config.js";
export {
  Sam2PromptEncoderConfig,
  Sam2PromptEncoderConfig as EdgeTamPromptEncoderConfig,
  Sam2PromptEncoderConfig as EdgeTamVideoPromptEncoderConfig,
  Sam2PromptEncoderConfig as Sam2VideoPromptEncoderConfig,
} from "./config/sam2-prompt-encoder-config.js";
export { Sam2VideoConfig } from "./config/sam2-video-config.js";
export { Sam2VisionConfig } from "./config/sam2-vision-config.js";
export type { RopeParameters } from "./config/video-model.js";
export { parseVideoModelConfig, type VideoModelConfig } from "./config/video-model-config.js";
export { assert } from "./errors/assert.js";
export type { ErrorCodeOf, Sam2ErrorCode, Sam2ErrorCodes } from "./errors/error-codes.js";
export {
  CheckpointError,
  ConfigError,
  DisposedError,
  DownloadError,
  EngineError,
  ImageError,
  InputError,
  NotFoundError,
  ShapeError,
  StoreError,
  UnsupportedError,
} from "./errors/errors.js";
export { messageOf } from "./errors/message-of.js";
export { type ErrorClass, type ErrorFacts, Sam2Error } from "./errors/sam2-error.js";
export { base64Image } from "./images/base64-image.js";
export { checkPngSource } from "./images/check-png-source.js";
export { checkSize } from "./images/check-size.js";
export { fetchImage } from "./images/fetch-image.js";
export { type FileKind, fileKind } from "./images/file-kind.js";
export {
  type Alpha,
  type DecodeOptions,
  type ImageSource,
  isPixelImage,
  type PixelImage,
  type PlatformFrame,
  type PlatformImage,
  type PngSource,
  type RgbImage,
} from "./images/image.js";
export { imageAddress } from "./images/image-address.js";
export {
  checkImageFileSize,
  checkImageSize,
  MAX_IMAGE_FILE_BYTES,
  MAX_IMAGE_PIXELS,
  MAX_IMAGE_SIDE,
} from "./images/limits.js";
export { exifOrientation, isLying, turnMatrix, turnPixels } from "./images/orientation.js";
export { crc32, PNG_SIGNATURE, pngChunk } from "./images/png-chunk.js";
export { checkPixels, rgbFromPixels } from "./images/rgb-from-pixels.js";
export { sourceName } from "./images/source-name.js";
export { TIFF_TAG, tiffTags } from "./images/tiff-tags.js";
export { unreadableImage } from "./images/unreadable-image.js";
export { compileKernel, type KernelExports, layOutArrays } from "./kernel/wasm-kernel.js";
export { checkOneArgument, checkOptions } from "./options/check-options.js";
export {
  checkBytes,
  checkFunction,
  checkIterable,
  checkList,
  checkMembers,
  checkNumber,
  checkText,
  checkTexts,
} from "./options/check-value.js";
export { describeValue } from "./options/describe-value.js";
export { isPointLabel, POINT_LABEL } from "./prompts/point-label.js";
export { sortedCorners } from "./prompts/sorted-corners.js";
export type { DeviceReport, RuntimeCapabilities } from "./runtime/capabilities.js";
export { checkFileRange } from "./runtime/check-file-range.js";
export { checkHubKey } from "./runtime/check-hub-key.js";
export { checkInputs, checkKept } from "./runtime/check-inputs.js";
export { checkOutputs } from "./runtime/check-outputs.js";
export type {
  HubFileKey,
  HubSettings,
  ModelFile,
  ModelFolder,
  ModelStore,
  SavedFile,
  SaveFolderOptions,
  StoreOpenOptions,
  StoreWriter,
} from "./runtime/model-store.js";
export type { AbortOptions, Runtime } from "./runtime/runtime.js";
export type {
  OutputsOf,
  RunOptions,
  Session,
  SessionDescription,
  SessionGraph,
  SessionInputs,
  SessionOptions,
  SessionOutputs,
  ValueInfo,
  ValueTypes,
} from "./runtime/session.js";
export { SessionCache } from "./runtime/session-cache.js";
export { checkFinite } from "./tensor/check-finite.js";
export { type DeviceTensor, isDeviceTensor, type Resident } from "./tensor/device-tensor.js";
export { float16Table, fromFloat16, toFloat16 } from "./tensor/float16.js";
export { checkTensor, isTensorLike, Tensor, type TensorLike } from "./tensor/tensor.js";
export {
  BYTES_PER_ELEMENT,
  elementCount,
  type TensorData,
  type TensorDataMap,
  type TensorType,
} from "./tensor/tensor-type.js";
export { type FloatTensor, toFloat32 } from "./tensor/to-float32.js";
export type { Dtype } from "./weights/dtype.js";
export type {
  FileState,
  PathSource,
  PlaceWeights,
  WeightFile,
  WeightPlacement,
  WeightRange,
  WeightSource,
} from "./weights/weight-source.js";
export type { WeightEntry, WeightSpec, WeightTable, WeightType } from "./weights/weight-table.js";
export { raceAbort, throwIfAborted } from "./work/abort.js";
export { createBreather } from "./work/breather.js";
export {
  DEFAULT_PATIENCE,
  DownloadWatch,
  type DownloadWatchOptions,
  type Patience,
} from "./work/download-watch.js";
export type { OnProgress, ProgressEvent, WorkOptions } from "./work/progress.js";
