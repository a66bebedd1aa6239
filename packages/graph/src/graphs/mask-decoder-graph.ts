import type { ImageModelConfig } from "@sam2js/core";
import type { TypedValue } from "../builder/graph-builder.js";
import {
  decodePrompts,
  PROMPT_OPTIONS,
  type PromptOptions,
  type PromptValues,
  promptInputs,
} from "../decoder/decode-prompts.js";
import { decoderGeometry } from "../decoder/geometry.js";
import { maskImages, maskProducts } from "../decoder/masks.js";
import { takeObjectToken } from "../decoder/output-tokens.js";
import { stableMask } from "../decoder/select-mask.js";
import { mlp } from "../layers/mlp.js";
import { cast } from "../ops/elementwise.js";
import { slice } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { defineGraph } from "./define-graph.js";

/** Which variant of {@link maskDecoderGraph} is written. */
export interface MaskDecoderOptions extends PromptOptions {
  /** The masks for ambiguous prompts (M = numMultimaskOutputs), or one for a clear prompt (M = 1). Default true. */
  readonly multimask?: boolean | undefined;
  /** Whether `attentions.i` are outputs. Default false. */
  readonly attentions?: boolean | undefined;
}

/**
 * Prompts to masks: prompt encoder, two-way transformer, upscaling. P prompts of K points, both free; N = h·w, C = 4·c₁ = 8·c₀.
 *
 * | input | |
 * | --- | --- |
 * | `image_…`, `fine_1`, `fine_0` | of the prelude, with `sharesImage`; else: |
 * | `image_embed` | float32 [1, N, C] of the image encoder |
 * | `high_res_1`, `high_res_0` | float32 [1, N, 4·c₁], [1, N, 16·c₀] of the image encoder |
 * | `mask` | float32 [P, 1, 4h, 4w] logits, with `maskPrompt`; in all cases: |
 * | `points` | float32 [P, K, 2], (x, y) in pixels of the model input |
 * | `labels` | int32 [P, K]: 1 inside, 0 outside, 2 and 3 corners of a box, −1 not a point, −10 padding |
 * | `target_embedding` | float32 [P or 1, T or 1, C] |
 * | `attention_similarity` | float32 [P or 1, heads or 1, T or 1, N], T = 2 + masks + K |
 *
 * The reference ends every prompt with one point of label −1; the caller does so too.
 *
 * | output | |
 * | --- | --- |
 * | `iou_scores` | float32 [P, M] |
 * | `pred_masks` | float32 [P, M, 4h, 4w] logits |
 * | `object_score_logits` | float32 [P, 1] |
 * | `attentions.i` | float32 [P, heads, N, T], image to token, per layer |
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export const maskDecoderGraph = defineGraph({
  name: "mask-decoder",
  options: [...PROMPT_OPTIONS, "multimask", "attentions"],
  parts: ["promptEncoderConfig", "maskDecoderConfig"],
  inputs: (config: ImageModelConfig, options: MaskDecoderOptions) => promptInputs(config, options),
  write: decodeMasks,
});

/** What {@link maskDecoderGraph} makes of its inputs. */
export function decodeMasks(
  inputs: PromptValues,
  w: Weights,
  config: ImageModelConfig,
  { attention, multimask = true, attentions = false }: MaskDecoderOptions,
) {
  const geometry = decoderGeometry(config);
  const { channels, masks } = geometry;
  const { maskDecoderConfig } = config;
  const isChosen = !multimask && maskDecoderConfig.dynamicMultimaskViaStability;
  const [firstMask, endMask] = multimask ? [1, masks] : [0, isChosen ? masks : 1];
  const wanted = { object: true, firstMask, endMask };
  const decoded = decodePrompts(inputs, w, config, attention, wanted);
  const products = maskProducts(decoded.hyper, decoded.enlarge(decoded.image));
  const { scores, logits } = isChosen
    ? stableMask(products, decoded.scores, maskDecoderConfig)
    : { scores: slice(decoded.scores, 1, firstMask, endMask), logits: products };
  const head = { hidden: channels, features: 1, depth: 3, activation: "relu" } as const;
  const object = mlp(takeObjectToken(decoded.tokens), w.at("mask_decoder.pred_obj_score_head"), head);
  const outputs = {
    iou_scores: cast(scores, "float32"),
    pred_masks: cast(maskImages(logits, geometry), "float32"),
    object_score_logits: cast(object, "float32"),
  };
  const layers: Record<`attentions.${number}`, TypedValue<"float32">> = {};
  if (attentions) {
    for (const [i, weights] of decoded.weights.entries())
      layers[`attentions.${i}`] = cast(weights, "float32");
  }
  return Object.assign(layers, outputs);
}

/**
 * Whether sharing the image spares work for prompts of so many points, the closing one included: what their tokens bring has heads·T rows, which should
 * be fewer than the image's channels.
 */
export function sharingPays(config: ImageModelConfig, points: number): boolean {
  const { heads, masks, channels } = decoderGeometry(config);
  return heads * (2 + masks + points) < channels;
}
