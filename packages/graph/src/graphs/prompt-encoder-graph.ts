import type { Sam2Config, SessionDescription, WeightTable } from "@sam2js/core";
import type { GraphBuilder } from "../builder/graph-builder.js";
import { decoderGeometry } from "../decoder/geometry.js";
import { reshape, transpose } from "../ops/shape.js";
import { maskEmbedding } from "../prompt/mask-embedding.js";
import { pointEmbedding } from "../prompt/point-embedding.js";
import type { Weights } from "../weights/weights.js";
import { describe } from "./describe.js";

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
export function promptEncoderGraph(
  config: Sam2Config,
  weights: WeightTable,
  { points = true, mask = false }: PromptEncoderOptions = {},
): SessionDescription {
  return describe("prompt-encoder", weights, (graph, w) =>
    writePromptEncoder(graph, w, config, { points, mask }),
  );
}

export function writePromptEncoder(
  graph: GraphBuilder,
  w: Weights,
  config: Sam2Config,
  { points, mask }: PromptEncoderOptions,
): void {
  const { channels, height, width } = decoderGeometry(config);
  if (points) {
    const coordinates = graph.input("points", "float32", ["P", "K", 2]);
    const labels = graph.input("labels", "int32", ["P", "K"]);
    graph.output("sparse_embeddings", pointEmbedding(coordinates, labels, w, config.promptEncoderConfig));
  }
  if (mask) {
    const logits = graph.input("mask", "float32", ["B", 1, 4 * height, 4 * width]);
    const dense = maskEmbedding(logits, w.at("prompt_encoder.mask_embed"), config.promptEncoderConfig);
    graph.output("dense_embeddings", reshape(transpose(dense, [0, 2, 1]), ["B", channels, height, width]));
  }
}
