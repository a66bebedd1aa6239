import type { Sam2VideoConfig, SessionDescription, WeightTable } from "@sam2js/core";
import type { GraphBuilder } from "../builder/graph-builder.js";
import { describe } from "../graphs/describe.js";
import type { AttentionForm } from "../layers/attention.js";
import { affine } from "../layers/linear.js";
import { pointwise } from "../neck/lateral.js";
import { add } from "../ops/elementwise.js";
import { reshape } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { memoryGeometry } from "./memory-geometry.js";
import { memorySelfAttention } from "./memory-self-attention.js";
import { rotary } from "./rotary.js";
import { sineTokens } from "./sine-tokens.js";

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
export function trackPreludeGraph(
  config: Sam2VideoConfig,
  weights: WeightTable,
  { attention }: TrackPreludeOptions,
): SessionDescription {
  return describe("track-prelude", weights, (graph, w) => writeTrackPrelude(graph, w, config, { attention }));
}

export function writeTrackPrelude(
  graph: GraphBuilder,
  w: Weights,
  config: Sam2VideoConfig,
  { attention }: TrackPreludeOptions,
): void {
  const geometry = memoryGeometry(config);
  const { tokens, channels, side } = geometry;
  const embed = reshape(graph.input("image_embed", "float32", [1, tokens, channels]), [tokens, channels]);
  const x = add(embed, sineTokens(graph, channels, side, PLACE_WEIGHT));
  const layer = w.at("memory_attention.layers.0");
  const rotation = rotary(graph, config, attention);
  graph.output("track_x", memorySelfAttention(x, layer, geometry, rotation, attention));
  const { weight, bias } = pointwise(w.at("memory_encoder.feature_projection"), channels, channels);
  graph.output("mem_feat", affine(embed, weight, bias));
}
