export type { PromptOptions } from "./decoder/decode-prompts.js";
export {
  type ExportedGraph,
  type ExportLayout,
  type ExportOptions,
  type ExportVideoOptions,
  exportGraphs,
  exportVideoGraphs,
} from "./export/export-graphs.js";
export { countFlops, type FlopCounts, type FlopOptions } from "./graphs/count-flops.js";
export {
  type DecoderPrelude,
  type DecoderPreludeOptions,
  decoderPreludeGraph,
} from "./graphs/decoder-prelude-graph.js";
export type { Graph } from "./graphs/define-graph.js";
export type { EncoderOptions } from "./graphs/encoder-outputs.js";
export { type ImageEncoderOptions, imageEncoderGraph } from "./graphs/image-encoder-graph.js";
export { keptMasksGraph } from "./graphs/kept-masks-graph.js";
export { listOutputs } from "./graphs/list-outputs.js";
export { type MaskDecoderOptions, maskDecoderGraph, sharingPays } from "./graphs/mask-decoder-graph.js";
export { type MaskPromptOptions, maskPromptGraph, pointPromptGraph } from "./graphs/prompt-encoder-graph.js";
export {
  hieraGraph,
  isVisionWeight,
  type TowerOptions,
  VISION_PREFIX,
  visionGraph,
} from "./graphs/vision-graph.js";
export { decoderWeights, hieraWeights, sam2Weights, visionWeights } from "./graphs/weight-specs.js";
export type { AttentionForm } from "./layers/attention.js";
export {
  type DecoderEmbeddings,
  embeddingsFromReference,
  embeddingsToReference,
  type ReferenceEmbeddings,
} from "./layout/image-layout.js";
export { sinePositionEncoding } from "./neck/sine-position-encoding.js";
export { imageWidePositionalEmbedding } from "./prompt/image-wide-positional-embedding.js";
export { countVideoFlops, type VideoFlopCounts, type VideoFlopOptions } from "./video/count-video-flops.js";
export { type MaskEmbeddingOptions, maskEmbeddingGraph } from "./video/mask-embedding-graph.js";
export { type MemoryAttentionOptions, memoryAttentionGraph } from "./video/memory-attention-graph.js";
export { type MemoryEncoderOptions, memoryEncoderGraph } from "./video/memory-encoder-graph.js";
export { type MemoryGeometry, memoryGeometry } from "./video/memory-geometry.js";
export { type TrackPreludeOptions, trackPreludeGraph } from "./video/track-prelude-graph.js";
export { type VideoDecoderOptions, videoDecoderGraph } from "./video/video-decoder-graph.js";
export { videoWeights } from "./video/video-weights.js";
export { unsuitedDtypes } from "./weights/unsuited-dtypes.js";
export { isIgnoredByImages, isTrainingWeight, isVideoWeight } from "./weights/video-weights.js";
