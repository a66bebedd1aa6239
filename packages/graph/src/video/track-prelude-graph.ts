import type { VideoModelConfig } from "@sam2js/core";
import { float32 } from "../builder/input-shape.js";
import { defineGraph } from "../graphs/define-graph.js";
import type { AttentionForm } from "../layers/attention.js";
import { affine } from "../layers/linear.js";
import { pointwise } from "../neck/lateral.js";
import { sineTokens } from "../neck/sine-tokens.js";
import { add, cast } from "../ops/elementwise.js";
import { reshape } from "../ops/shape.js";
import { memoryGeometry } from "./memory-geometry.js";
import { memorySelfAttention } from "./memory-self-attention.js";
import { rotary } from "./rotary.js";

/** Which variant of {@link trackPreludeGraph} is written. */
export interface TrackPreludeOptions {
  /** How the self-attention is written; `"fused"` where the runtime's `fusedAttention` capability says so. */
  readonly attention: AttentionForm;
}

/** How much the places of image tokens weigh before the memory attention. */
const PLACE_WEIGHT = 0.1;

/**
 * What all objects of a frame share: image tokens up to the first look at the memory, and features for the memory encoder. Once per frame.
 *
 * | input | |
 * | --- | --- |
 * | `image_embed` | float32 [1, N, C] of the image encoder, raw (`noMemoryEmbedding: false`) |
 *
 * | output | |
 * | --- | --- |
 * | `track_x` | float32 [N, C], after the self-attention of layer 0, for the memory attention |
 * | `mem_feat` | float32 [N, C] for the memory encoder |
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export const trackPreludeGraph = defineGraph({
  name: "track-prelude",
  options: ["attention"],
  parts: ["promptEncoderConfig", "memoryAttentionHiddenSize"],
  inputs: (config: VideoModelConfig, _: TrackPreludeOptions) => {
    const { tokens, channels } = memoryGeometry(config);
    return { image_embed: float32(1, tokens, channels) };
  },
  write({ image_embed: image }, w, config, { attention }) {
    const geometry = memoryGeometry(config);
    const { tokens, channels, side } = geometry;
    const embed = reshape(image, [tokens, channels]);
    const x = add(embed, sineTokens(w.graph, channels, side, PLACE_WEIGHT));
    const layer = w.at("memory_attention.layers.0");
    const rotation = rotary(w.graph, config, attention, { height: side, width: side });
    const { weight, bias } = pointwise(w.at("memory_encoder.feature_projection"), channels, channels);
    return {
      track_x: cast(memorySelfAttention(x, layer, geometry, rotation, attention), "float32"),
      mem_feat: cast(affine(embed, weight, bias), "float32"),
    };
  },
});
