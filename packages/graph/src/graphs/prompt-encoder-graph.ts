import type { ImageModelConfig } from "@sam2js/core";
import { float32, int32 } from "../builder/input-shape.js";
import { decoderGeometry } from "../decoder/geometry.js";
import { cast } from "../ops/elementwise.js";
import { reshape, transpose } from "../ops/shape.js";
import { maskEmbedding } from "../prompt/mask-embedding.js";
import { pointEmbedding } from "../prompt/point-embedding.js";
import { defineGraph } from "./define-graph.js";

/**
 * The points' half of the prompt encoder alone; the mask decoder has it inside.
 *
 * | | |
 * | --- | --- |
 * | inputs `points`, `labels` | float32 [P, K, 2] and int32 [P, K], as the mask decoder takes them |
 * | output `sparse_embeddings` | float32 [P, K, C] |
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export const pointPromptGraph = defineGraph({
  name: "point-prompt",
  options: [],
  parts: ["promptEncoderConfig"],
  inputs: (_: ImageModelConfig, __: Readonly<Record<never, never>>) => ({
    points: float32("P", "K", 2),
    labels: int32("P", "K"),
  }),
  write({ points, labels }, w, { promptEncoderConfig }) {
    return { sparse_embeddings: cast(pointEmbedding(points, labels, w, promptEncoderConfig), "float32") };
  },
});

/** Which variant of {@link maskPromptGraph} is written. */
export interface MaskPromptOptions {
  /** [height, width] of the masks, multiples of 4. Default: the model's own. */
  readonly size?: readonly [number, number] | undefined;
}

/**
 * The masks' half of the prompt encoder alone.
 *
 * | | |
 * | --- | --- |
 * | input `mask` | float32 [B, 1, H, W] logits |
 * | output `dense_embeddings` | float32 [B, C, H/4, W/4] |
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export const maskPromptGraph = defineGraph({
  name: "mask-prompt",
  options: ["size"],
  parts: ["promptEncoderConfig"],
  inputs: ({ maskSize }: ImageModelConfig, { size = maskSize }: MaskPromptOptions) => ({
    mask: float32("B", 1, ...size),
  }),
  write({ mask }, w, config, { size: [height, width] = config.maskSize }) {
    const { channels } = decoderGeometry(config);
    const dense = maskEmbedding(mask, w.at("prompt_encoder.mask_embed"), config.promptEncoderConfig);
    const planes = reshape(transpose(dense, [0, 2, 1]), ["B", channels, height / 4, width / 4]);
    return { dense_embeddings: cast(planes, "float32") };
  },
});
