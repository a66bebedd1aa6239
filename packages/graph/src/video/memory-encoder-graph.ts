import { EdgeTamVideoConfig, type VideoModelConfig } from "@sam2js/core";
import type { Axis } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { float32 } from "../builder/input-shape.js";
import { defineGraph } from "../graphs/define-graph.js";
import type { AttentionForm } from "../layers/attention.js";
import { affine } from "../layers/linear.js";
import { pointwise } from "../neck/lateral.js";
import { add, cast, greater, scale, sigmoid, where } from "../ops/elementwise.js";
import { reshape } from "../ops/shape.js";
import { perceiver } from "../perceiver/perceiver.js";
import type { Weights } from "../weights/weights.js";
import { downsampleMask } from "./mask-downsampler.js";
import { fuseMemory } from "./memory-fuser.js";
import { memoryGeometry } from "./memory-geometry.js";
import { roundToBfloat16 } from "./round-to-bfloat16.js";

/** Which variant of {@link memoryEncoderGraph} is written. */
export interface MemoryEncoderOptions {
  /** How EdgeTAM's perceiver is written; `"fused"` where the runtime's `fusedAttention` capability says so. */
  readonly attention: AttentionForm;
  /** Whether low-resolution logits of the decoder enter, or a mask prompt of the size of the model input. */
  readonly source: "logits" | "mask";
}

/**
 * What is kept of a frame and the mask found there. P objects, free; h = w tokens in a row, N = h·w, S = 16·h.
 *
 *   k = σ(logits, 4 times larger), or 1 inside and 0 outside where `clicked`
 *   memory = fuse(mem_feat + downsample(scale·k + bias))·W + b, + occlusion where the object is not seen,
 *            as bfloat16; of EdgeTAM through the perceiver, as it is
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
 * | `memory` | float32 [P, K, D], K = N or the perceiver's latents |
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export const memoryEncoderGraph = defineGraph({
  name: "memory-encoder",
  options: ["attention", "source"],
  parts: ["promptEncoderConfig", "memoryAttentionHiddenSize"],
  inputs: (config: VideoModelConfig, { source }: MemoryEncoderOptions) => {
    const { tokens, channels, side } = memoryGeometry(config);
    return {
      mem_feat: float32(tokens, channels),
      ...(source === "mask"
        ? { mask: float32("P", 1, 16 * side, 16 * side) }
        : { logits: float32("P", 1, 4 * side, 4 * side), clicked: float32("P", 1, 1, 1) }),
      score: float32("P", 1),
    };
  },
  write(inputs, w, config, { attention }) {
    const { channels, memoryChannels, side } = memoryGeometry(config);
    const mask = "mask" in inputs ? inputs.mask : enlarged(inputs.logits, inputs.clicked);
    const { sigmoidScaleForMemEnc: factor, sigmoidBiasForMemEnc: bias } = config;
    const encoder = w.at("memory_encoder");
    const scaled = add(scale(mask, factor), w.graph.float([bias], []));
    const found = downsampleMask(scaled, encoder.at("mask_downsampler"), config);
    const fused = fuseMemory(add(found, inputs.mem_feat), encoder.at("memory_fuser"), config);
    const projection = pointwise(encoder.at("projection"), channels, memoryChannels);
    const memory = affine(fused, projection.weight, projection.bias);
    const whole = config.enableOcclusionSpatialEmbedding ? markHidden(memory, inputs.score, w) : memory;
    if (!(config instanceof EdgeTamVideoConfig)) return { memory: cast(roundToBfloat16(whole), "float32") };
    return {
      memory: cast(perceiver(whole, w.at("spatial_perceiver"), config, { side, form: attention }), "float32"),
    };
  },
});

/** Logits [P, 1, 4h, 4w] as a mask of the size of the model input: soft, or hard where the frame was `clicked`. */
function enlarged(logits: Value, clicked: Value): Value {
  const { graph, dims } = logits;
  const [prompts, , height, width] = dims as [Axis, number, number, number];
  const fine = graph.op(
    "Resize",
    [logits, undefined, graph.float([1, 1, 4, 4], [4])],
    "float32",
    [prompts, 1, 4 * height, 4 * width],
    { mode: "linear", coordinate_transformation_mode: "half_pixel" },
  );
  const inside = cast(greater(fine, graph.float([0], [])), "float32");
  return where(greater(clicked, graph.float([0.5], [])), inside, sigmoid(fine));
}

/** Adds what tells the memory of a hidden object apart. */
function markHidden(memory: Value, score: Value, w: Weights): Value {
  const size = memory.dims[2] as number;
  const { graph } = w;
  const isSeen = reshape(greater(score, graph.float([0], [])), [score.dims[0] as Axis, 1, 1]);
  const mark = w.get("occlusion_spatial_embedding_parameter", [1, size]).view([1, 1, size]).value;
  return add(memory, where(isSeen, graph.float([0], [1]), mark));
}
