import type { Sam2VideoConfig, SessionDescription, WeightTable } from "@sam2js/core";
import type { GraphBuilder } from "../builder/graph-builder.js";
import { describe } from "../graphs/describe.js";
import { conv2d } from "../ops/conv.js";
import { maskEmbedding } from "../prompt/mask-embedding.js";
import type { Weights } from "../weights/weights.js";
import { memoryGeometry } from "./memory-geometry.js";

/** Which variant of {@link maskEmbeddingGraph} is written. */
export interface MaskEmbeddingOptions {
  /** Whether a mask of the size of the model input enters, or low-resolution logits. */
  readonly source: "mask" | "logits";
}

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
export function maskEmbeddingGraph(
  config: Sam2VideoConfig,
  weights: WeightTable,
  { source }: MaskEmbeddingOptions,
): SessionDescription {
  return describe("mask-embedding", weights, (graph, w) => writeMaskEmbedding(graph, w, config, { source }));
}

/** A learned step brings a mask to the size and scale of logits. */
const TO_LOGITS = { channels: 1, kernel: [4, 4], stride: [4, 4], padding: [0, 0] } as const;

export function writeMaskEmbedding(
  graph: GraphBuilder,
  w: Weights,
  config: Sam2VideoConfig,
  { source }: MaskEmbeddingOptions,
): void {
  const { side } = memoryGeometry(config);
  const logits =
    source === "mask"
      ? conv2d(
          graph.input("mask", "float32", ["P", 1, 16 * side, 16 * side]),
          w.at("mask_downsample"),
          TO_LOGITS,
        )
      : graph.input("logits", "float32", ["P", 1, 4 * side, 4 * side]);
  graph.output("dense", maskEmbedding(logits, w.at("prompt_encoder.mask_embed"), config.promptEncoderConfig));
}
