/**
 * What the two implementations of SAM 2's video half do differently, one field for each difference.
 *
 * @see `TRANSFORMERS_POLICY`, with which the tests compare step by step
 */
export interface TrackingPolicy {
  /** Whether the earlier logits of a frame are given to the decoder with a correction of it, clamped to ±32. */
  readonly feedsEarlierLogits: boolean;
  /** The direction of a correction: that of the call, or the one in which its frame was tracked. */
  readonly correctionDirection: "call" | "tracked";
  /** Which masks are made hard for memory: those of all objects computed on a frame where one has a prompt, or of the prompted only. */
  readonly hardMemory: "frame" | "object";
  /** Which token the pointer of a mask prompt is made from: the best of the three, or the single mask's. */
  readonly maskPointer: "best" | "single";
  /** Whether prompted frames beyond `max_cond_frame_num` lose their pointer's place among the prompted ones. */
  readonly capsPointers: boolean;
  /** Whether a prompted frame that propagation went over is tracked: a new prompt on it corrects it instead of starting afresh. */
  readonly tracksPromptedFrames: boolean;
  /** Holes of tracked masks of at most so many low-resolution pixels are filled. */
  readonly fillHoleArea: number;
}

/** Hugging Face transformers 5.23. */
export const TRANSFORMERS_POLICY: TrackingPolicy = Object.freeze({
  feedsEarlierLogits: false,
  correctionDirection: "call",
  hardMemory: "frame",
  maskPointer: "best",
  capsPointers: false,
  tracksPromptedFrames: false,
  fillHoleArea: 0,
});

/** @internal The original, facebookresearch/sam2, with its default settings, by its text: no run was compared with it. */
export const SAM2_POLICY: TrackingPolicy = Object.freeze({
  feedsEarlierLogits: true,
  correctionDirection: "tracked",
  hardMemory: "object",
  maskPointer: "single",
  capsPointers: true,
  tracksPromptedFrames: true,
  fillHoleArea: 8,
});

/** A policy by name, or a record of one's own. */
export type PolicyOption = "transformers" | TrackingPolicy;
