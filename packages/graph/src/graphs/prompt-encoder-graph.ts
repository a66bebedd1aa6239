import type { Sam2Config } from "@sam2js/core";
import { float32, int32 } from "../builder/input-shape.js";
import { decoderGeometry } from "../decoder/geometry.js";
import { cast } from "../ops/elementwise.js";
import { reshape, transpose } from "../ops/shape.js";
import { maskEmbedding } from "../prompt/mask-embedding.js";
import { pointEmbedding } from "../prompt/point-embedding.js";
import { defineGraph } from "./define-graph.js";

/** Which variant of {@link promptEncoderGraph} is written. */
export interface PromptEncoderOptions {
  /** Whether `points` and `labels` enter and `sparse_embeddings` leaves. Default true. */
  readonly points?: boolean | undefined;
  /** Whether `mask` enters and `dense_embeddings` leaves. Default false. */
  readonly mask?: boolean | undefined;
}

/**
 * The prompt encoder alone, for its embeddings; the mask decoder has it inside.
 *
 * | input | |
 * | --- | --- |
 * | `points`, `labels` | float32 [P, K, 2] and int32 [P, K], as the mask decoder takes them |
 * | `mask` | float32 [B, 1, 4h, 4w] logits |
 *
 * | output | |
 * | --- | --- |
 * | `sparse_embeddings` | float32 [P, K, C] |
 * | `dense_embeddings` | float32 [B, C, h, w] |
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export const promptEncoderGraph = defineGraph({
  name: "prompt-encoder",
  inputs: (config: Sam2Config, { points = true, mask = false }: PromptEncoderOptions) => {
    const { height, width } = decoderGeometry(config);
    return {
      ...(points && { points: float32("P", "K", 2), labels: int32("P", "K") }),
      ...(mask && { mask: float32("B", 1, 4 * height, 4 * width) }),
    };
  },
  write({ points, labels, mask }, w, config) {
    const { promptEncoderConfig } = config;
    const { channels, height, width } = decoderGeometry(config);
    const sparse = points && labels && pointEmbedding(points, labels, w, promptEncoderConfig);
    const dense = mask && maskEmbedding(mask, w.at("prompt_encoder.mask_embed"), promptEncoderConfig);
    const planes = dense && reshape(transpose(dense, [0, 2, 1]), ["B", channels, height, width]);
    return {
      ...(sparse && { sparse_embeddings: cast(sparse, "float32") }),
      ...(planes && { dense_embeddings: cast(planes, "float32") }),
    };
  },
});
