import {
  checkOptions,
  describeValue,
  type ImageModelConfig,
  InputError,
  type SessionDescription,
  type VideoModelConfig,
  type WeightTable,
} from "@sam2js/core";
import { OPSETS } from "../builder/graph-builder.js";
import { decoderPreludeGraph } from "../graphs/decoder-prelude-graph.js";
import { imageEncoderGraph } from "../graphs/image-encoder-graph.js";
import { maskDecoderGraph } from "../graphs/mask-decoder-graph.js";
import type { AttentionForm } from "../layers/attention.js";
import { maskEmbeddingGraph } from "../video/mask-embedding-graph.js";
import { memoryAttentionGraph } from "../video/memory-attention-graph.js";
import { memoryEncoderGraph } from "../video/memory-encoder-graph.js";
import { trackPreludeGraph } from "../video/track-prelude-graph.js";
import { videoDecoderGraph } from "../video/video-decoder-graph.js";
import { promptEncoderMaskDecoderGraph, visionEncoderGraph } from "./transformers-graphs.js";
import { twoFileDecoderGraph, twoFileEncoderGraph } from "./two-file-graphs.js";

interface SharedExportOptions {
  /** How attention is written. Default `"plain"`, which every engine has; `"fused"` needs ONNX Runtime, `"onnx"` operators of version 23. */
  readonly attention?: AttentionForm | undefined;
  /** Version of ONNX's operators, 17 to 23. Default 20; with attention `"onnx"` 23. */
  readonly opset?: number | undefined;
  /** How many prompts (objects) a run takes. Free by default. */
  readonly prompts?: number | undefined;
  /** How many points a prompt has, the closing one not counted. Free by default. */
  readonly points?: number | undefined;
}

/** How the graphs of a video model are written for other programs. */
export interface ExportVideoOptions extends SharedExportOptions {
  /** How many frames are remembered in a run. Free by default. */
  readonly memories?: number | undefined;
  /** How many object pointers are given in a run. Free by default. */
  readonly pointers?: number | undefined;
}

/**
 * `"two-file"`: `encoder` and `decoder` as annotation tools load them. `"transformers.js"`: `vision_encoder` and `prompt_encoder_mask_decoder` as it loads
 * them. `"own"`: the graphs that this library runs.
 */
export type ExportLayout = "two-file" | "transformers.js" | "own";

/** How the graphs of an image model are written for other programs. */
export interface ExportOptions extends SharedExportOptions {
  /** Which graphs, under which names. Default `"two-file"`. */
  readonly layout?: ExportLayout | undefined;
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

const SHARED_OPTIONS = ["attention", "opset", "prompts", "points"];

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
  const { attention, form, prompts: P, points } = checked(options);
  if (layout === "two-file") {
    const encoder = twoFileEncoderGraph.inForm(form);
    const decoder = twoFileDecoderGraph.inForm({ ...form, sizes: { P, K: points } });
    return [
      { name: "encoder", graph: encoder(config, weights, { attention }) },
      { name: "decoder", graph: decoder(config, weights, { attention, multimask }) },
    ];
  }
  if (layout === "transformers.js") {
    const encoder = visionEncoderGraph.inForm(form);
    const decoder = promptEncoderMaskDecoderGraph.inForm({ ...form, sizes: { P, K: points } });
    return [
      { name: "vision_encoder", graph: encoder(config, weights, { attention }) },
      { name: "prompt_encoder_mask_decoder", graph: decoder(config, weights, { attention, multimask }) },
    ];
  }
  if (layout !== "own") {
    const layouts = '"two-file", "transformers.js" or "own"';
    throw InputError.expected("layout", layouts, describeValue(layout), "choose one of them");
  }
  const decoder = maskDecoderGraph.inForm({ ...form, sizes: { P, K: withClosing(points) } });
  return [
    { name: "image-encoder", graph: imageEncoderGraph.inForm(form)(config, weights, { attention }) },
    { name: "decoder-prelude", graph: decoderPreludeGraph.inForm(form)(config, weights) },
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
  checkOptions(options, [...SHARED_OPTIONS, "memories", "pointers"], "exportVideoGraphs options");
  const { memories: F, pointers: R } = options;
  const { attention, form, prompts: P, points } = checked(options);
  const maskEmbedding = maskEmbeddingGraph.inForm({ ...form, sizes: { P } });
  const memoryEncoder = memoryEncoderGraph.inForm({ ...form, sizes: { P } });
  const sources = (["logits", "mask"] as const).flatMap((source) => [
    { name: `mask-embedding-${source}`, graph: maskEmbedding(config, weights, { source }) },
    { name: `memory-encoder-${source}`, graph: memoryEncoder(config, weights, { attention, source }) },
  ]);
  const decoder = videoDecoderGraph.inForm({ ...form, sizes: { P, Q: P, K: withClosing(points) } });
  const decoders = DECODERS.flatMap(({ features, dense }) =>
    [true, false].map((multimask) => ({
      name: ["video-decoder", features, ...(dense ? ["dense"] : []), ...(multimask ? [] : ["single"])].join(
        "-",
      ),
      graph: decoder(config, weights, { attention, features, dense, multimask }),
    })),
  );
  const encoder = imageEncoderGraph.inForm(form);
  const memoryAttention = memoryAttentionGraph.inForm({ ...form, sizes: { F, R } });
  return [
    { name: "video-encoder", graph: encoder(config, weights, { attention, noMemoryEmbedding: false }) },
    { name: "track-prelude", graph: trackPreludeGraph.inForm(form)(config, weights, { attention }) },
    { name: "memory-attention", graph: memoryAttention(config, weights, { attention }) },
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

const ATTENTIONS: readonly AttentionForm[] = ["plain", "fused", "onnx"];
/** The first operators with `Attention`. */
const ATTENTION_OPSET = 23;

function checked(options: SharedExportOptions & Pick<ExportVideoOptions, "memories" | "pointers">) {
  const { attention = "plain", prompts, points, memories, pointers } = options;
  const { opset = attention === "onnx" ? ATTENTION_OPSET : OPSETS.usual } = options;
  if (!ATTENTIONS.includes(attention)) {
    throw InputError.expected("attention", ATTENTIONS.join(", "), describeValue(attention), "take plain");
  }
  const { newest } = OPSETS;
  const oldest = attention === "onnx" ? ATTENTION_OPSET : OPSETS.oldest;
  if (!Number.isInteger(opset) || opset < oldest || opset > newest) {
    const range = oldest === newest ? `${newest} with attention ${attention}` : `${oldest} to ${newest}`;
    throw InputError.expected("opset", range, describeValue(opset), "leave it out to have one that suits");
  }
  for (const [name, count] of Object.entries({ prompts, points, memories, pointers })) {
    if (count === undefined || (Number.isInteger(count) && count >= 1)) continue;
    throw InputError.expected(name, "a whole number >= 1", count, "leave it out to have any number");
  }
  return { attention, form: { opset, products: "weights" } as const, prompts, points };
}

function withClosing(points: number | undefined): number | undefined {
  return points === undefined ? undefined : points + 1;
}
