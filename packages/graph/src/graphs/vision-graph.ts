import type { Sam2HieraDetConfig, Sam2VisionConfig, SessionDescription, WeightTable } from "@sam2js/core";
import type { GraphBuilder } from "../builder/graph-builder.js";
import type { TokenMap } from "../grid/token-map.js";
import { backbone } from "../hiera/backbone.js";
import { neck } from "../neck/neck.js";
import { toChannelsLast, toImage } from "../neck/reference-layout.js";
import { cast } from "../ops/elementwise.js";
import type { Weights } from "../weights/weights.js";
import { describe } from "./describe.js";
import { type EncoderOptions, outputBackbone } from "./encoder-outputs.js";

/** Which variant of {@link visionGraph} and {@link hieraGraph} is written. */
export interface TowerOptions extends EncoderOptions {
  /** What stands before the names of the weights: `"vision_encoder."` in a whole checkpoint, nothing in one saved by the part's own class. */
  readonly prefix?: string | undefined;
}

/** Prefix of backbone and neck in the checkpoint of a whole model. */
export const VISION_PREFIX = "vision_encoder.";

/**
 * Whether a tensor of a whole checkpoint is of the vision encoder, where nearly all weights and work are. Smaller types are meant for these
 * alone: the rest stays float32, so that points keep their places and scores their order.
 */
export function isVisionWeight(name: string): boolean {
  return name.startsWith(VISION_PREFIX);
}

/**
 * Backbone and neck.
 *
 * | | |
 * | --- | --- |
 * | input `pixel_values` | float32 [1, channels, H, W] |
 * | output `last_hidden_state` | float32 [1, h, w, C], the last block's |
 * | output `fpn_hidden_states.i` | float32 [1, fpnHiddenSize, hᵢ, wᵢ], `numFeatureLevels` at most, finest first |
 * | outputs `hidden_states.i`, `attentions.i` | as asked for |
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export function visionGraph(
  config: Sam2VisionConfig,
  weights: WeightTable,
  options: TowerOptions,
): SessionDescription {
  return describe("vision-encoder", weights, (graph, w) => writeVision(graph, w, config, options));
}

export function writeVision(
  graph: GraphBuilder,
  w: Weights,
  config: Sam2VisionConfig,
  options: TowerOptions,
): void {
  const tower = within(w, options.prefix);
  const features = writeBackbone(graph, tower.at("backbone"), config.backboneConfig, options);
  const levels = neck(features.stages, tower.at("neck"), config);
  for (const [i, level] of levels.slice(0, config.numFeatureLevels).entries()) {
    graph.output(`fpn_hidden_states.${i}`, cast(toImage(level), "float32"));
  }
}

/**
 * The Hiera backbone alone.
 *
 * | | |
 * | --- | --- |
 * | input `pixel_values` | float32 [1, channels, H, W] |
 * | output `last_hidden_state` | float32 [1, h, w, C], the last block's |
 * | output `intermediate_hidden_states.i` | float32 [1, hᵢ, wᵢ, Cᵢ], each stage's last block |
 * | outputs `hidden_states.i`, `attentions.i` | as asked for |
 *
 * The prefix in a whole checkpoint is `"vision_encoder.backbone."`.
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export function hieraGraph(
  config: Sam2HieraDetConfig,
  weights: WeightTable,
  options: TowerOptions,
): SessionDescription {
  return describe("hiera", weights, (graph, w) => writeHiera(graph, w, config, options));
}

export function writeHiera(
  graph: GraphBuilder,
  w: Weights,
  config: Sam2HieraDetConfig,
  options: TowerOptions,
): void {
  const { stages } = writeBackbone(graph, within(w, options.prefix), config, options);
  for (const [i, stage] of stages.entries()) {
    graph.output(`intermediate_hidden_states.${i}`, cast(toChannelsLast(stage), "float32"));
  }
}

function writeBackbone(graph: GraphBuilder, w: Weights, config: Sam2HieraDetConfig, options: TowerOptions) {
  const pixels = graph.input("pixel_values", "float32", [1, config.numChannels, ...config.imageSize]);
  const features = backbone(pixels, w, config, {
    form: options.attention,
    wantsWeights: options.attentions ?? false,
  });
  graph.output("last_hidden_state", cast(toChannelsLast(features.hidden.at(-1) as TokenMap), "float32"));
  outputBackbone(graph, features, options);
  return features;
}

function within(w: Weights, prefix = ""): Weights {
  return prefix === "" ? w : w.at(prefix.replace(/\.$/, ""));
}
