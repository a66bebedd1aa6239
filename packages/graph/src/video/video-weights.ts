import type { VideoModelConfig, WeightSpec } from "@sam2js/core";
import { imageEncoderGraph } from "../graphs/image-encoder-graph.js";
import { recordWeights } from "../graphs/weight-specs.js";
import { maskEmbeddingGraph } from "./mask-embedding-graph.js";
import { memoryAttentionGraph } from "./memory-attention-graph.js";
import { memoryEncoderGraph } from "./memory-encoder-graph.js";
import { trackPreludeGraph } from "./track-prelude-graph.js";
import { videoDecoderGraph } from "./video-decoder-graph.js";

/**
 * Every tensor that the graphs of the video model touch. Which there are depends on the config: SAM 2.0 has no occlusion embedding and no
 * projection of a pointer's age.
 *
 * @throws {ConfigError} the config asks for what the reference cannot run
 */
export function videoWeights(config: VideoModelConfig): WeightSpec[] {
  const plain = { attention: "plain" } as const;
  return recordWeights(
    (graph, w) => imageEncoderGraph.write(graph, w, config, { ...plain, noMemoryEmbedding: false }),
    (graph, w) => trackPreludeGraph.write(graph, w, config, plain),
    (graph, w) => memoryAttentionGraph.write(graph, w, config, plain),
    (graph, w) => memoryEncoderGraph.write(graph, w, config, { ...plain, source: "logits" }),
    (graph, w) => maskEmbeddingGraph.write(graph, w, config, { source: "mask" }),
    (graph, w) => videoDecoderGraph.write(graph, w, config, { ...plain, features: "initial" }),
    (graph, w) => videoDecoderGraph.write(graph, w, config, { ...plain, multimask: false }),
    // in every checkpoint, read by no one
    (_, w) =>
      w.get("no_memory_positional_encoding", [1, 1, config.memoryAttentionHiddenSize], { optional: true }),
  );
}
