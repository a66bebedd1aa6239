export type {
  BatchEvent,
  BatchRequest,
  BatchState,
  CompressedRle,
  Embedding,
  GenerateAnswer,
  GenerateEvent,
  GenerateRequest,
  MaskAnswer,
  ModelInfo,
  ObjectPrompt,
  SegmentAnswer,
  SegmentRequest,
  VideoInfo,
  VideoMasks,
} from "./answers.js";
export { BatchClient } from "./batch-client.js";
export {
  type EmbeddingBytes,
  type EncodeOptions,
  type OpenVideoOptions,
  type ReadEmbeddingOptions,
  Sam2Client,
} from "./sam2-client.js";
export { ServerError } from "./server-error.js";
export type { CallOptions, ClientOptions, Picture, WebSocketClass, WebSocketLike } from "./transport.js";
export { type PropagateOptions, VideoClient } from "./video-client.js";
