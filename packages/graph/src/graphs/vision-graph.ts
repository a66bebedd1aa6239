import { checkText, type Sam2HieraDetConfig, type VisionConfig } from "@sam2js/core";
import type { TypedValue } from "../builder/graph-builder.js";
import { float32 } from "../builder/input-shape.js";
import { toChannelsLast, toImage } from "../grid/reference-layout.js";
import type { TokenMap } from "../grid/token-map.js";
import { type Backbone, type BackboneOptions, hiera } from "../hiera/backbone.js";
import { neck } from "../neck/neck.js";
import { cast } from "../ops/elementwise.js";
import type { Weights } from "../weights/weights.js";
import { backbone } from "./backbone.js";
import { defineGraph } from "./define-graph.js";
import { backboneOutputs, type EncoderOptions } from "./encoder-outputs.js";

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
  checkText(name, "name", "the name of a tensor");
  return name.startsWith(VISION_PREFIX) && !isNormWeight(name);
}

/** Batch norms are folded into the convolutions before them, and must not be rounded before that. */
function isNormWeight(name: string): boolean {
  return name.includes(".bn.");
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
export const visionGraph = defineGraph({
  name: "vision-encoder",
  options: ["attention", "hiddenStates", "attentions", "prefix"],
  parts: ["imageSize", "numChannels"],
  inputs: (config: VisionConfig, _: TowerOptions) => pixels(config),
  write({ pixel_values }, w, config, options) {
    const tower = within(w, options.prefix);
    const { stages, outputs } = tokens(
      backbone(pixel_values, tower.at("backbone"), config, form(options)),
      options,
    );
    const levels: Record<`fpn_hidden_states.${number}`, TypedValue<"float32">> = {};
    for (const [i, level] of neck(stages, tower.at("neck"), config)
      .slice(0, config.numFeatureLevels)
      .entries()) {
      levels[`fpn_hidden_states.${i}`] = cast(toImage(level), "float32");
    }
    return Object.assign(levels, outputs);
  },
});

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
export const hieraGraph = defineGraph({
  name: "hiera",
  options: ["attention", "hiddenStates", "attentions", "prefix"],
  parts: ["imageSize", "numChannels"],
  inputs: (config: Sam2HieraDetConfig, _: TowerOptions) => pixels(config),
  write({ pixel_values }, w, config, options) {
    const { stages, outputs } = tokens(
      hiera(pixel_values, within(w, options.prefix), config, form(options)),
      options,
    );
    const maps: Record<`intermediate_hidden_states.${number}`, TypedValue<"float32">> = {};
    for (const [i, stage] of stages.entries()) {
      maps[`intermediate_hidden_states.${i}`] = cast(toChannelsLast(stage), "float32");
    }
    return Object.assign(maps, outputs);
  },
});

function pixels({ numChannels, imageSize }: Pick<Sam2HieraDetConfig, "numChannels" | "imageSize">) {
  return { pixel_values: float32(1, numChannels, ...imageSize) };
}

function form({ attention, attentions = false }: TowerOptions): BackboneOptions {
  return { form: attention, wantsWeights: attentions };
}

/** Stages of a backbone, and the outputs that both graphs have. */
function tokens(features: Backbone, options: TowerOptions) {
  const last = features.stages.at(-1) as TokenMap;
  const outputs = Object.assign(backboneOutputs(features, options), {
    last_hidden_state: cast(toChannelsLast(last), "float32"),
  });
  return { stages: features.stages, outputs };
}

function within(w: Weights, prefix = ""): Weights {
  return prefix === "" ? w : w.at(prefix.replace(/\.$/, ""));
}
