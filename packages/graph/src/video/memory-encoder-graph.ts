import type { Sam2VideoConfig, SessionDescription, WeightTable } from "@sam2js/core";
import type { Axis } from "../builder/axis.js";
import type { GraphBuilder, Value } from "../builder/graph-builder.js";
import { describe } from "../graphs/describe.js";
import { affine } from "../layers/linear.js";
import { pointwise } from "../neck/lateral.js";
import { add, cast, greater, scale, sigmoid, where } from "../ops/elementwise.js";
import { reshape } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { downsampleMask } from "./mask-downsampler.js";
import { fuseMemory } from "./memory-fuser.js";
import { memoryGeometry } from "./memory-geometry.js";
import { roundToBfloat16 } from "./round-to-bfloat16.js";

/** Which variant of {@link memoryEncoderGraph} is written. */
export interface MemoryEncoderOptions {
  /** Whether low-resolution logits of the decoder enter, or a mask prompt of the size of the model input. */
  readonly source: "logits" | "mask";
}

/**
 * What is kept of a frame and the mask found there. P objects, free; h = w tokens in a row, N = h·w, S = 16·h.
 *
 *   k = σ(logits, 4 times larger), or 1 inside and 0 outside where `clicked`
 *   memory = fuse(mem_feat + downsample(scale·k + bias))·W + b, + occlusion where the object is not seen, as bfloat16
 *
 * | input | |
 * | --- | --- |
 * | `mem_feat` | float32 [N, C] of the track prelude |
 * | `logits` | float32 [P, 1, 4h, 4w] of the video decoder, brought to [S, S] inside; with `source: "logits"` |
 * | `clicked` | float32 [P, 1, 1, 1], 1 where the frame has a prompt, else 0; with `source: "logits"` |
 * | `mask` | float32 [P, 1, S, S], 1 inside, 0 outside; with `source: "mask"` |
 * | `score` | float32 [P, 1] logit, above 0 where the object is seen |
 *
 * | output | |
 * | --- | --- |
 * | `memory` | float32 [P, N, D], each a value that bfloat16 has |
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export function memoryEncoderGraph(
  config: Sam2VideoConfig,
  weights: WeightTable,
  { source }: MemoryEncoderOptions,
): SessionDescription {
  return describe("memory-encoder", weights, (graph, w) => writeMemoryEncoder(graph, w, config, { source }));
}

export function writeMemoryEncoder(
  graph: GraphBuilder,
  w: Weights,
  config: Sam2VideoConfig,
  { source }: MemoryEncoderOptions,
): void {
  const { tokens, channels, memoryChannels } = memoryGeometry(config);
  const features = graph.input("mem_feat", "float32", [tokens, channels]);
  const mask = source === "logits" ? inputLogits(graph, config) : inputMask(graph, config);
  const score = graph.input("score", "float32", ["P", 1]);
  const { sigmoidScaleForMemEnc: factor, sigmoidBiasForMemEnc: bias } = config;
  const encoder = w.at("memory_encoder");
  const scaled = add(scale(mask, factor), graph.float([bias], []));
  const found = downsampleMask(scaled, encoder.at("mask_downsampler"), config);
  const fused = fuseMemory(add(found, features), encoder.at("memory_fuser"), config);
  const projection = pointwise(encoder.at("projection"), channels, memoryChannels);
  const memory = affine(fused, projection.weight, projection.bias);
  const whole = config.enableOcclusionSpatialEmbedding ? markHidden(memory, score, w) : memory;
  graph.output("memory", roundToBfloat16(whole));
}

function inputLogits(graph: GraphBuilder, config: Sam2VideoConfig): Value {
  const { side } = memoryGeometry(config);
  const logits = graph.input("logits", "float32", ["P", 1, 4 * side, 4 * side]);
  const clicked = graph.input("clicked", "float32", ["P", 1, 1, 1]);
  const fine = graph.op(
    "Resize",
    [logits, undefined, graph.float([1, 1, 4, 4], [4])],
    "float32",
    ["P", 1, 16 * side, 16 * side],
    { mode: "linear", coordinate_transformation_mode: "half_pixel" },
  );
  const inside = cast(greater(fine, graph.float([0], [])), "float32");
  return where(greater(clicked, graph.float([0.5], [])), inside, sigmoid(fine));
}

function inputMask(graph: GraphBuilder, config: Sam2VideoConfig): Value {
  const { side } = memoryGeometry(config);
  return graph.input("mask", "float32", ["P", 1, 16 * side, 16 * side]);
}

/** Adds what tells the memory of a hidden object apart. */
function markHidden(memory: Value, score: Value, w: Weights): Value {
  const size = memory.dims[2] as number;
  const { graph } = w;
  const isSeen = reshape(greater(score, graph.float([0], [])), [score.dims[0] as Axis, 1, 1]);
  const mark = w.get("occlusion_spatial_embedding_parameter", [1, size]).view([1, 1, size]).value;
  return add(memory, where(isSeen, graph.float([0], [1]), mark));
}
