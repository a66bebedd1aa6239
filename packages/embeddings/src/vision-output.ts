import type { Tensor, TensorLike } from "@sam2js/core";

/** What the vision encoder gives. Levels are listed from high to low resolution. */
export interface Sam2VisionOutput {
  /** float32 [B, H, W, C]: the output of the last block. */
  readonly lastHiddenState: Tensor<"float32">;
  /** float32 [B, C, h, w] per level; [h·w, B, C] from `Sam2Model.getImageFeatures`. */
  readonly fpnHiddenStates: readonly Tensor<"float32">[];
  /** The sine encoding of the positions, in the shape of the levels' hidden states. */
  readonly fpnPositionEncoding: readonly Tensor<"float32">[];
  /** float32 [B, H, W, C] each: the embedded patches, then the output of each block. */
  readonly hiddenStates?: readonly Tensor<"float32">[];
  /** float32 [B·windows, heads, queries, keys] per block. */
  readonly attentions?: readonly Tensor<"float32">[];
}

/** What the Hiera backbone gives. */
export interface Sam2HieraDetOutput
  extends Pick<Sam2VisionOutput, "lastHiddenState" | "hiddenStates" | "attentions"> {
  /** float32 [B, H, W, C] per stage: the output of its last block. */
  readonly intermediateHiddenStates: readonly Tensor<"float32">[];
}

/** What the encoders' `forward` takes. */
export interface VisionInputs {
  /** float32 [B, channels, H, W] from the processor. */
  readonly pixelValues: TensorLike;
  /** Also return `hiddenStates`. Default false. */
  readonly outputHiddenStates?: boolean | undefined;
  /** Also return `attentions`: large, and written in the plain form. Default false. */
  readonly outputAttentions?: boolean | undefined;
  /** Aborting rejects with `signal.reason`; the engine run under way is let end. */
  readonly signal?: AbortSignal | undefined;
}
