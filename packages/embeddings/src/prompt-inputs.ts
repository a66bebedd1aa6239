import type { TensorLike } from "@sam2js/core";

/** Points, boxes and masks of a batch: what `getPromptEmbeddings` takes, and part of what `forward` does. */
export interface PromptEmbeddingInputs {
  /** [B, N, P, 2] of any element type, x before y, in pixels of the model's input (the processor scales them). */
  readonly inputPoints?: TensorLike | undefined;
  /** [B, N, P]: 1 inside, 0 outside, -10 padding, -1 no point. All 1 when missing. */
  readonly inputLabels?: TensorLike | undefined;
  /** [B, N, 4] as x0, y0, x1, y1 in pixels of the model's input: one box per object, with or without points. */
  readonly inputBoxes?: TensorLike | undefined;
  /** float32 logits [B, 1, h, w], shared by all objects of an image, or [B, N, h, w]: for example `predMasks` of an earlier call. */
  readonly inputMasks?: TensorLike | undefined;
  /** Aborting rejects with `signal.reason`; the engine run under way is let end. */
  readonly signal?: AbortSignal | undefined;
}
