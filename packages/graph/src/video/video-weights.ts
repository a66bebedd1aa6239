import type { Sam2VideoConfig, WeightSpec } from "@sam2js/core";
import { writeImageEncoder } from "../graphs/image-encoder-graph.js";
import { recordWeights } from "../graphs/weight-specs.js";
import { writeMaskEmbedding } from "./mask-embedding-graph.js";
import { writeMemoryAttention } from "./memory-attention-graph.js";
import { writeMemoryEncoder } from "./memory-encoder-graph.js";
import { writeTrackPrelude } from "./track-prelude-graph.js";
import { writeVideoDecoder } from "./video-decoder-graph.js";

/**
 * Every tensor that the graphs of the video model touch. Which there are depends on the config: SAM 2.0 has no occlusion embedding and no
 * projection of a pointer's age.
 *
 * @throws {ConfigError} the config asks for what the reference cannot run
 */
export function videoWeights(config: Sam2VideoConfig): WeightSpec[] {
  const plain = { attention: "plain" } as const;
  return recordWeights(
    (graph, w) => writeImageEncoder(graph, w, config, { ...plain, noMemoryEmbedding: false }),
    (graph, w) => writeTrackPrelude(graph, w, config, plain),
    (graph, w) => writeMemoryAttention(graph, w, config, plain),
    (graph, w) => writeMemoryEncoder(graph, w, config, { source: "logits" }),
    (graph, w) => writeMaskEmbedding(graph, w, config, { source: "mask" }),
    (graph, w) => writeVideoDecoder(graph, w, config, { ...plain, features: "initial" }),
    (graph, w) => writeVideoDecoder(graph, w, config, { ...plain, multimask: false }),
    // in every checkpoint, read by no one
    (_, w) =>
      w.get("no_memory_positional_encoding", [1, 1, config.memoryAttentionHiddenSize], { optional: true }),
  );
}
