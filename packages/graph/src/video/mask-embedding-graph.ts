import type { VideoModelConfig } from "@sam2js/core";
import { float32 } from "../builder/input-shape.js";
import { defineGraph } from "../graphs/define-graph.js";
import { conv2d } from "../ops/conv.js";
import { cast } from "../ops/elementwise.js";
import { maskEmbedding } from "../prompt/mask-embedding.js";
import { memoryGeometry } from "./memory-geometry.js";

/** Which variant of {@link maskEmbeddingGraph} is written. */
export interface MaskEmbeddingOptions {
  /** Whether a mask of the size of the model input enters, or low-resolution logits. */
  readonly source: "mask" | "logits";
}

/** A learned step brings a mask to the size and scale of logits. */
const TO_LOGITS = { channels: 1, kernel: [4, 4], stride: [4, 4], padding: [0, 0] } as const;

/**
 * A mask prompt as features that are added to the image's. P objects, free; N = h·w, S = 16·h.
 *
 * | input | |
 * | --- | --- |
 * | `mask` | float32 [P, 1, S, S], 1 inside, 0 outside; with `source: "mask"` |
 * | `logits` | float32 [P, 1, 4h, 4w]; with `source: "logits"` |
 *
 * | output | |
 * | --- | --- |
 * | `dense` | float32 [P, N, C] for the video decoder |
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export const maskEmbeddingGraph = defineGraph({
  name: "mask-embedding",
  options: ["source"],
  parts: ["promptEncoderConfig", "memoryAttentionHiddenSize"],
  inputs: (config: VideoModelConfig, { source }: MaskEmbeddingOptions) => {
    const { side } = memoryGeometry(config);
    return source === "mask"
      ? { mask: float32("P", 1, 16 * side, 16 * side) }
      : { logits: float32("P", 1, 4 * side, 4 * side) };
  },
  write(inputs, w, { promptEncoderConfig }) {
    const logits = inputs.mask ? conv2d(inputs.mask, w.at("mask_downsample"), TO_LOGITS) : inputs.logits;
    return {
      dense: cast(maskEmbedding(logits, w.at("prompt_encoder.mask_embed"), promptEncoderConfig), "float32"),
    };
  },
});
