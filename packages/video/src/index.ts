export {
  FrameOutOfRangeError,
  MemoryEvictedError,
  NoConditioningFrameError,
  NoObjectsError,
  PromptShapeError,
  UnknownObjectError,
} from "./errors.js";
export type { FrameInput, FrameSource, VideoInput } from "./frames/frame-source.js";
export type { FrameSampling } from "./frames/sample-frames.js";
export { AutoVideoModel } from "./model/auto-video-model.js";
export { EdgeTamVideoModel } from "./model/edgetam-video-model.js";
export { Sam2VideoModel } from "./model/sam2-video-model.js";
export {
  Sam2VideoSegmentationOutput,
  type ToMasksOptions,
} from "./model/sam2-video-segmentation-output.js";
export type { RestoreSessionOptions, VideoSegmentationModel } from "./model/video-segmentation-model.js";
export type {
  ForwardOptions,
  PropagateOptions,
  StepSettings,
  TrackOptions,
} from "./model/video-tracker.js";
export type { AddInputsOptions, AddMasksOptions, AddPointsOptions } from "./processor/add-inputs.js";
export type { InputMask, VideoPrompts } from "./processor/read-inputs.js";
export { Sam2VideoProcessor } from "./processor/sam2-video-processor.js";
export {
  type PreprocessedVideo,
  Sam2VideoVideoProcessor,
  type VideoSamplingOptions,
} from "./processor/sam2-video-video-processor.js";
export type { InitVideoSessionOptions } from "./processor/session-options.js";
export type { ObjectFrameOutput, ObjectInputs } from "./session/object-view.js";
export {
  Sam2VideoInferenceSession,
  type SerializeSessionOptions,
} from "./session/sam2-video-inference-session.js";
export type { FrameSize } from "./session/session-frames.js";
export type { KeepMasks, OnMasks } from "./session/session-state.js";
export type { ObjectId } from "./state/object-id.js";
export type { Retention } from "./state/retention.js";
export {
  type PolicyOption,
  TRANSFORMERS_POLICY,
  type TrackingPolicy,
} from "./state/tracking-policy.js";
