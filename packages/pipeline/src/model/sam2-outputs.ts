import type { Tensor, TensorLike } from "@sam2js/core";
import type { ImageEmbeddings, PromptEmbeddingInputs } from "@sam2js/embeddings";

/** What `Sam2Model.forward` takes; the output of `Sam2Processor.process` fits. */
export interface Sam2Inputs extends PromptEmbeddingInputs {
  /** float32 [B, 3, S, S] from the processor. Either this or `imageEmbeddings`. */
  readonly pixelValues?: TensorLike | undefined;
  /** A handle from an earlier call, or the reference's three tensors. */
  readonly imageEmbeddings?: ImageEmbeddings | readonly TensorLike[] | undefined;
  /** Three masks per object for an ambiguous prompt (default), or one. */
  readonly multimaskOutput?: boolean | undefined;
  /** float32, broadcast to [B·N, 1, 1, h·w]: added to the scores by which tokens attend to the image (PerSAM, arXiv:2305.03048). */
  readonly attentionSimilarity?: TensorLike | undefined;
  /** float32, broadcast to [B, N, 1, C]: added to the tokens (PerSAM). */
  readonly targetEmbedding?: TensorLike | undefined;
  /** Also return the encoder's hidden states. Needs `pixelValues`. */
  readonly outputHiddenStates?: boolean | undefined;
  /** Also return attention weights of encoder and decoder: large, for inspection. Needs `pixelValues` for the encoder's. */
  readonly outputAttentions?: boolean | undefined;
}

/** Names of {@link Sam2Inputs}, and what processors give beside them. */
export const SAM2_INPUTS = [
  "pixelValues",
  "imageEmbeddings",
  "inputPoints",
  "inputLabels",
  "inputBoxes",
  "inputMasks",
  "multimaskOutput",
  "attentionSimilarity",
  "targetEmbedding",
  "outputHiddenStates",
  "outputAttentions",
  "signal",
  "originalSizes",
  "labels",
];

/** What `Sam2Model.forward` gives. Host tensors belong to the caller. */
export interface Sam2ImageSegmentationOutput {
  /** float32 [B, N, M], 0..1: the predicted IoU of each mask with the object. */
  readonly iouScores: Tensor<"float32">;
  /** float32 [B, N, M, h, w]: logits at a quarter of the model's input size, above 0 inside the object. */
  readonly predMasks: Tensor<"float32">;
  /** float32 [B, N, 1]: above 0 where the object is in the image. */
  readonly objectScoreLogits: Tensor<"float32">;
  /** Handle of the encoded images, for more prompts; the one that was passed in, if one was. Dispose of it when done. */
  readonly imageEmbeddings: ImageEmbeddings;
  /** float32 [B, H, W, C] each: the embedded patches, then the output of each block. */
  readonly visionHiddenStates?: readonly Tensor<"float32">[];
  /** float32 [B·windows, heads, queries, keys] per encoder block. */
  readonly visionAttentions?: readonly Tensor<"float32">[];
  /** float32 [B·N, heads, h·w, T] per decoder layer: how image cells attend to the tokens. */
  readonly maskDecoderAttentions?: readonly Tensor<"float32">[];
}
