export { countFlops, type FlopCounts, type FlopOptions } from "./graphs/count-flops.js";
export { type DecoderPreludeOptions, decoderPreludeGraph } from "./graphs/decoder-prelude-graph.js";
export type { EncoderOptions } from "./graphs/encoder-outputs.js";
export { type ImageEncoderOptions, imageEncoderGraph } from "./graphs/image-encoder-graph.js";
export { type MaskDecoderOptions, maskDecoderGraph } from "./graphs/mask-decoder-graph.js";
export { type PromptEncoderOptions, promptEncoderGraph } from "./graphs/prompt-encoder-graph.js";
export { hieraGraph, type TowerOptions, VISION_PREFIX, visionGraph } from "./graphs/vision-graph.js";
export type { AttentionForm } from "./layers/attention.js";
export {
  type DecoderEmbeddings,
  embeddingsFromReference,
  embeddingsToReference,
  type ReferenceEmbeddings,
} from "./layout/image-layout.js";
export { sinePositionEncoding } from "./neck/sine-position-encoding.js";
export { imageWidePositionalEmbedding } from "./prompt/image-wide-positional-embedding.js";
export { isVideoWeight } from "./weights/video-weights.js";
export { hieraWeights, sam2Weights, visionWeights } from "./weights/weight-specs.js";
