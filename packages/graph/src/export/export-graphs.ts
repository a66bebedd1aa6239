import {
  checkOptions,
  describeValue,
  type ImageModelConfig,
  InputError,
  type SessionDescription,
  type VideoModelConfig,
  type WeightTable,
} from "@sam2js/core";
import { decoderPreludeGraph } from "../graphs/decoder-prelude-graph.js";
import { imageEncoderGraph } from "../graphs/image-encoder-graph.js";
import { maskDecoderGraph } from "../graphs/mask-decoder-graph.js";
import type { AttentionForm } from "../layers/attention.js";
import { maskEmbeddingGraph } from "../video/mask-embedding-graph.js";
import { memoryAttentionGraph } from "../video/memory-attention-graph.js";
import { memoryEncoderGraph } from "../video/memory-encoder-graph.js";
import { trackPreludeGraph } from "../video/track-prelude-graph.js";
import { videoDecoderGraph } from "../video/video-decoder-graph.js";
import { twoFileDecoderGraph, twoFileEncoderGraph } from "./two-file-graphs.js";

/** How the graphs of a model are written for other programs. */
export interface ExportVideoOptions {
  /** How attention is written. Default `"plain"`, which every engine has; `"fused"` needs ONNX Runtime. */
  readonly attention?: AttentionForm | undefined;
  /** How many prompts (objects) a run takes. Free by default. */
  readonly prompts?: number | undefined;
  /** How many points a prompt has, the closing one not counted. Free by default. */
  readonly points?: number | undefined;
}

/** How the graphs of an image model are written for other programs. */
export interface ExportOptions extends ExportVideoOptions {
  /** `"two-file"` (default): `encoder` and `decoder` as annotation tools load them. `"own"`: the graphs that this library runs. */
  readonly layout?: "two-file" | "own" | undefined;
  /** The masks for ambiguous prompts, or one for a clear prompt. Default true. */
  readonly multimask?: boolean | undefined;
}

/** A graph for a file. */
export interface ExportedGraph {
  /** Of the file, without an ending. */
  readonly name: string;
  /** What the file holds; `build(place)` puts the weights inside or elsewhere. */
  readonly graph: SessionDescription;
}

const SHARED_OPTIONS = ["attention", "prompts", "points"];

/**
 * The graphs of an image model, for files that other programs load.
 *
 * @param weights  of `sam2Weights`
 * @throws {InputError} an option that there is none of, or a number below 1
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export function exportGraphs(
  config: ImageModelConfig,
  weights: WeightTable,
  options: ExportOptions = {},
): readonly ExportedGraph[] {
  checkOptions(options, [...SHARED_OPTIONS, "layout", "multimask"], "exportGraphs options");
  const { layout = "two-file", multimask } = options;
  const { attention, prompts: P, points } = checked(options);
  if (layout === "two-file") {
    const decoder = twoFileDecoderGraph.fixed({ P, K: points });
    return [
      { name: "encoder", graph: twoFileEncoderGraph(config, weights, { attention }) },
      { name: "decoder", graph: decoder(config, weights, { attention, multimask }) },
    ];
  }
  if (layout !== "own") {
    throw InputError.expected("layout", '"two-file" or "own"', describeValue(layout), "choose one of them");
  }
  const decoder = maskDecoderGraph.fixed({ P, K: withClosing(points) });
  return [
    { name: "image-encoder", graph: imageEncoderGraph(config, weights, { attention }) },
    { name: "decoder-prelude", graph: decoderPreludeGraph(config, weights) },
    { name: "mask-decoder", graph: decoder(config, weights, { attention, multimask }) },
    {
      name: "mask-decoder-mask",
      graph: decoder(config, weights, { attention, multimask, maskPrompt: true }),
    },
  ];
}

/**
 * The graphs of a video model, for files that other programs load: all that tracking runs. Decoders are called
 * `video-decoder-FEATURES[-dense][-single]` by their variant. The number of memories and of pointers is free.
 *
 * @param weights  of `videoWeights`
 * @throws {InputError} an option that there is none of, or a number below 1
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export function exportVideoGraphs(
  config: VideoModelConfig,
  weights: WeightTable,
  options: ExportVideoOptions = {},
): readonly ExportedGraph[] {
  checkOptions(options, SHARED_OPTIONS, "exportVideoGraphs options");
  const { attention, prompts: P, points } = checked(options);
  const encoder = { attention, noMemoryEmbedding: false };
  const maskEmbedding = maskEmbeddingGraph.fixed({ P });
  const memoryEncoder = memoryEncoderGraph.fixed({ P });
  const sources = (["logits", "mask"] as const).flatMap((source) => [
    { name: `mask-embedding-${source}`, graph: maskEmbedding(config, weights, { source }) },
    { name: `memory-encoder-${source}`, graph: memoryEncoder(config, weights, { attention, source }) },
  ]);
  const decoder = videoDecoderGraph.fixed({ P, Q: P, K: withClosing(points) });
  const decoders = DECODERS.flatMap(({ features, dense }) =>
    [true, false].map((multimask) => ({
      name: ["video-decoder", features, ...(dense ? ["dense"] : []), ...(multimask ? [] : ["single"])].join(
        "-",
      ),
      graph: decoder(config, weights, { attention, features, dense, multimask }),
    })),
  );
  return [
    { name: "video-encoder", graph: imageEncoderGraph(config, weights, encoder) },
    { name: "track-prelude", graph: trackPreludeGraph(config, weights, { attention }) },
    { name: "memory-attention", graph: memoryAttentionGraph(config, weights, { attention }) },
    ...sources,
    ...decoders,
  ];
}

/** The variants that tracking runs: a mask prompt always has a mask. */
const DECODERS = [
  { features: "initial", dense: false },
  { features: "initial", dense: true },
  { features: "conditioned", dense: false },
  { features: "conditioned", dense: true },
  { features: "embed", dense: true },
] as const;

function checked({ attention = "plain", prompts, points }: ExportVideoOptions) {
  if (attention !== "plain" && attention !== "fused") {
    throw InputError.expected("attention", '"plain" or "fused"', describeValue(attention), "take plain");
  }
  for (const [name, count] of Object.entries({ prompts, points })) {
    if (count === undefined || (Number.isInteger(count) && count >= 1)) continue;
    throw InputError.expected(name, "a whole number >= 1", count, "leave it out to have any number");
  }
  return { attention, prompts, points };
}

function withClosing(points: number | undefined): number | undefined {
  return points === undefined ? undefined : points + 1;
}
