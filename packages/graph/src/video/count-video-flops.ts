import { checkOptions, type VideoModelConfig } from "@sam2js/core";
import { decoderGeometry } from "../decoder/geometry.js";
import { countNodes } from "../graphs/count-flops.js";
import { imageEncoderGraph } from "../graphs/image-encoder-graph.js";
import { memoryAttentionGraph } from "./memory-attention-graph.js";
import { memoryEncoderGraph } from "./memory-encoder-graph.js";
import { memoryGeometry } from "./memory-geometry.js";
import { trackPreludeGraph } from "./track-prelude-graph.js";
import { videoDecoderGraph } from "./video-decoder-graph.js";

/** Floating-point operations of each stage of a tracked frame, 2 for each multiply-add of matrix products, convolutions and attention. */
export interface VideoFlopCounts {
  /** Once per frame. */
  readonly imageEncoder: number;
  /** Once per frame. */
  readonly trackPrelude: number;
  /** For one object. */
  readonly memoryAttention: number;
  /** For one object, on a frame without a prompt. */
  readonly videoDecoder: number;
  /** For one object, from the decoder's logits. */
  readonly memoryEncoder: number;
  /** All of them, for all objects. */
  readonly frame: number;
}

/** How much a frame remembers of an object, and how many objects there are. */
export interface VideoFlopOptions {
  /** Objects that are tracked, >= 0; each goes through attention, decoder and memory encoder by itself. Default 1. */
  readonly objects?: number | undefined;
  /** Default `numMaskmem`. */
  readonly memories?: number | undefined;
  /** Default `maxObjectPointersInEncoder`. */
  readonly pointers?: number | undefined;
}

/** Points of a frame without prompt, the closing one included. */
const TRACKED_POINTS = 2;

/** Counts what the graphs of a config really do in a tracked frame. */
export function countVideoFlops(config: VideoModelConfig, options: VideoFlopOptions = {}): VideoFlopCounts {
  checkOptions(options, ["objects", "memories", "pointers"], "countVideoFlops options");
  const { memoryTokens, channels, memoryChannels } = memoryGeometry(config);
  const { objects = 1, memories = config.numMaskmem, pointers = config.maxObjectPointersInEncoder } = options;
  const { masks } = decoderGeometry(config);
  const pointerTokens = (pointers * channels) / memoryChannels;
  const sizes = {
    F: memories,
    R: pointers,
    M: memories * memoryTokens + pointerTokens,
    P: 1,
    "P?": 1,
    K: TRACKED_POINTS,
    T: 2 + masks + TRACKED_POINTS,
  };
  const fused = { attention: "fused" } as const;
  const imageEncoder = countNodes(sizes, (graph, w) =>
    imageEncoderGraph.write(graph, w, config, { ...fused, noMemoryEmbedding: false }),
  );
  const trackPrelude = countNodes(sizes, (graph, w) => trackPreludeGraph.write(graph, w, config, fused));
  const memoryAttention = countNodes(sizes, (graph, w) =>
    memoryAttentionGraph.write(graph, w, config, fused),
  );
  const videoDecoder = countNodes(sizes, (graph, w) => videoDecoderGraph.write(graph, w, config, fused));
  const memoryEncoder = countNodes(sizes, (graph, w) =>
    memoryEncoderGraph.write(graph, w, config, { ...fused, source: "logits" }),
  );
  const perObject = memoryAttention + videoDecoder + memoryEncoder;
  const frame = imageEncoder + trackPrelude + objects * perObject;
  return { imageEncoder, trackPrelude, memoryAttention, videoDecoder, memoryEncoder, frame };
}
