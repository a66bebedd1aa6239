import { EdgeTamVideoConfig, type VideoModelConfig } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import { float32, int32 } from "../builder/input-shape.js";
import { defineGraph } from "../graphs/define-graph.js";
import type { AttentionForm } from "../layers/attention.js";
import { layerNorm } from "../layers/layer-norm.js";
import { add, cast } from "../ops/elementwise.js";
import { reshape } from "../ops/shape.js";
import { memoryBank } from "./memory-bank.js";
import { memoryCrossAttention } from "./memory-cross-attention.js";
import { ATTENTION_EPSILON, memoryGeometry } from "./memory-geometry.js";
import { memoryMlp } from "./memory-mlp.js";
import { memoryGrid } from "./memory-places.js";
import { memorySelfAttention } from "./memory-self-attention.js";
import { rotary } from "./rotary.js";

/** Which variant of {@link memoryAttentionGraph} is written. */
export interface MemoryAttentionOptions {
  /** How self-attention and attention to the memory are written; `"fused"` where the runtime's `fusedAttention` capability says so. */
  readonly attention: AttentionForm;
}

/**
 * A frame looks at what is remembered of one object. F ≥ 1 memories of K tokens and R ≥ 0 pointers, both free; N image tokens.
 *
 *   x ← x + self(x),  x ← x + cross(x, memory),  x ← x + MLP(LN₃(x)) in each layer, then LN(x)
 *
 * | input | |
 * | --- | --- |
 * | `track_x` | float32 [N, C] of the track prelude |
 * | `memory` | float32 [F, K, D] of the memory encoder |
 * | `memory_slot` | int32 [F], age of each: 0 the previous frame … numMaskmem − 2, numMaskmem − 1 a conditioning frame |
 * | `pointers` | float32 [R, C] of the video decoder |
 * | `pointer_time` | float32 [R], their distance in frames over that of the farthest |
 *
 * | output | |
 * | --- | --- |
 * | `conditioned` | float32 [1, N, C] for the video decoder |
 *
 * The order of memories and of pointers does not matter.
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 * @see SAM 2, arXiv:2408.00714 §4; EdgeTAM, arXiv:2501.07256 §3
 */
export const memoryAttentionGraph = defineGraph({
  name: "memory-attention",
  options: ["attention"],
  parts: ["promptEncoderConfig", "memoryAttentionHiddenSize"],
  inputs: (config: VideoModelConfig, _: MemoryAttentionOptions) => {
    const { tokens, channels, memoryTokens, memoryChannels } = memoryGeometry(config);
    return {
      track_x: float32(tokens, channels),
      memory: float32("F", memoryTokens, memoryChannels),
      memory_slot: int32("F"),
      pointers: float32("R", channels),
      pointer_time: float32("R"),
    };
  },
  write(
    { track_x, memory, memory_slot: slot, pointers, pointer_time: time },
    w,
    config,
    { attention: form },
  ) {
    const geometry = memoryGeometry(config);
    const { side, tokens, channels, memoryTokens, memoryChannels } = geometry;
    const bank = memoryBank({ memory, slot, pointers, time }, w, config);
    const rotation = rotary(w.graph, config, form, { height: side, width: side });
    const keyRotation =
      config instanceof EdgeTamVideoConfig ? rotary(w.graph, config, form, memoryGrid(config)) : rotation;
    const pointerTokens = (config.maxObjectPointersInEncoder * channels) / memoryChannels;
    const cross = {
      geometry,
      rotation,
      keyRotation,
      form,
      mostTokens: config.numMaskmem * memoryTokens + pointerTokens,
    };
    const attentionWeights = w.at("memory_attention");
    let x: Value = track_x;
    for (let index = 0; index < config.memoryAttentionNumLayers; index++) {
      const layer = attentionWeights.at(`layers.${index}`);
      if (index > 0) x = memorySelfAttention(x, layer, geometry, rotation, form); // layer 0's is in the prelude
      x = memoryCrossAttention(x, bank, layer, cross);
      const n = layerNorm(x, layer.at("layer_norm3"), ATTENTION_EPSILON);
      x = add(x, memoryMlp(n, layer, config));
    }
    const result = layerNorm(x, attentionWeights.at("layer_norm"), ATTENTION_EPSILON);
    return { conditioned: cast(reshape(result, [1, tokens, channels]), "float32") };
  },
});
