import { assert, type Sam2Config, type SessionDescription, type WeightTable } from "@sam2js/core";
import type { Axis } from "../builder/axis.js";
import type { GraphBuilder, Value } from "../builder/graph-builder.js";
import { type DecoderGeometry, decoderGeometry } from "../decoder/geometry.js";
import type { ImageTokens } from "../decoder/image-tokens.js";
import { hyperVectors, maskImages, maskProducts } from "../decoder/masks.js";
import {
  type OutputTokens,
  outputPlaces,
  prependOutputTokens,
  takeObjectToken,
  takeOutputTokens,
} from "../decoder/output-tokens.js";
import { OwnImage } from "../decoder/own-image.js";
import { stableMask } from "../decoder/select-mask.js";
import { inputSharedFeatures } from "../decoder/shared-features.js";
import { SharedImage } from "../decoder/shared-image.js";
import { twoWayTransformer } from "../decoder/two-way-transformer.js";
import { type FineFeatures, fineFeatures, upscale } from "../decoder/upscaling.js";
import type { AttentionForm } from "../layers/attention.js";
import { mlp } from "../layers/mlp.js";
import { add, cast, greater, sigmoid } from "../ops/elementwise.js";
import { nonZero, reduceMax } from "../ops/reduce.js";
import { gatherRows, reshape, slice } from "../ops/shape.js";
import { imagePositions } from "../prompt/image-positions.js";
import { maskEmbedding } from "../prompt/mask-embedding.js";
import { pointEmbedding } from "../prompt/point-embedding.js";
import type { Weights } from "../weights/weights.js";
import { describe } from "./describe.js";

/** Which variant of {@link maskDecoderGraph} is written. */
export interface MaskDecoderOptions {
  /** How attention is written; take `"fused"` where the runtime's `fusedAttention` capability says so. */
  readonly attention: AttentionForm;
  /**
   * Whether the prelude's outputs are inputs instead of `image_embed` and `high_res_…`: the fewer points a prompt has, the more that spares, see
   * {@link sharingPays}. Not with `maskPrompt`. Default: where there is no `maskPrompt`.
   */
  readonly sharesImage?: boolean | undefined;
  /** Whether each prompt has a mask: `mask` is an input. Default false. */
  readonly maskPrompt?: boolean | undefined;
  /** Whether `target_embedding` is an input. Default false. */
  readonly targetEmbedding?: boolean | undefined;
  /** Whether `attention_similarity` is an input. Default false. */
  readonly attentionSimilarity?: boolean | undefined;
  /** The masks for ambiguous prompts (M = numMultimaskOutputs), or one for a clear prompt (M = 1). Default true. */
  readonly multimask?: boolean | undefined;
  /** Whether masks are made only where their predicted IoU exceeds a threshold. Default false; needs `multimask`. */
  readonly scoreFirst?: boolean | undefined;
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
 * | `pred_iou_thresh` | float32 [1], with `scoreFirst` |
 *
 * The reference ends every prompt with one point of label −1; the caller does so too.
 *
 * | output | |
 * | --- | --- |
 * | `iou_scores` | float32 [P, M] |
 * | `object_score_logits` | float32 [P, 1], without `scoreFirst` |
 * | `pred_masks` | float32 [P, M, 4h, 4w] logits; with `scoreFirst` instead: |
 * | `kept`, `kept_masks` | int32 [R], p·M + m of masks above the threshold in rising order, and their logits [R, 4h, 4w] |
 * | `attentions.i` | float32 [P, heads, N, T], image to token, per layer |
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export function maskDecoderGraph(
  config: Sam2Config,
  weights: WeightTable,
  options: MaskDecoderOptions,
): SessionDescription {
  const settled = settle(options);
  return describe("mask-decoder", weights, (graph, w) => writeMaskDecoder(graph, w, config, settled));
}

/**
 * Whether sharing the image spares work for prompts of so many points, the closing one included: what their tokens bring has heads·T rows, which should
 * be fewer than the image's channels.
 */
export function sharingPays(config: Sam2Config, points: number): boolean {
  const { heads, masks, channels } = decoderGeometry(config);
  return heads * (2 + masks + points) < channels;
}

type Settled = { readonly [K in keyof MaskDecoderOptions]-?: Exclude<MaskDecoderOptions[K], undefined> };

function settle(options: MaskDecoderOptions): Settled {
  const { attention, maskPrompt = false, targetEmbedding = false, attentionSimilarity = false } = options;
  const { sharesImage = !maskPrompt, multimask = true, scoreFirst = false, attentions = false } = options;
  assert(!(sharesImage && maskPrompt), "prompts with masks do not share the image");
  return {
    attention,
    sharesImage,
    maskPrompt,
    targetEmbedding,
    attentionSimilarity,
    multimask,
    scoreFirst,
    attentions,
  };
}

export function writeMaskDecoder(
  graph: GraphBuilder,
  w: Weights,
  config: Sam2Config,
  options: MaskDecoderOptions,
): void {
  const settled = settle(options);
  const geometry = decoderGeometry(config);
  const { channels, height, width, masks } = geometry;
  const size = height * width;
  const decoder = w.at("mask_decoder");
  const image = settled.sharesImage
    ? new SharedImage(inputSharedFeatures(graph, geometry), geometry)
    : new OwnImage(
        inputTokens(graph, w, config, geometry, settled.maskPrompt),
        imagePositions(w, height, width, channels),
        geometry,
      );
  const features = inputFeatures(graph, decoder, geometry, settled.sharesImage);
  const points = graph.input("points", "float32", ["P", "K", 2]);
  const labels = graph.input("labels", "int32", ["P", "K"]);
  const target = settled.targetEmbedding
    ? graph.input("target_embedding", "float32", ["P?", "T?", channels])
    : undefined;
  const similarity = settled.attentionSimilarity
    ? graph.input("attention_similarity", "float32", ["P?", "heads?", "T?", size])
    : undefined;

  const prompt = pointEmbedding(points, labels, w, config.promptEncoderConfig);
  const tokens = prependOutputTokens(prompt, decoder, masks);
  const wanted = wantedTokens(settled, config, masks);
  const result = twoWayTransformer(tokens, image, decoder.at("transformer"), {
    config: config.maskDecoderConfig,
    geometry,
    form: settled.attention,
    similarity,
    target,
    wanted: outputPlaces(wanted),
  });
  const output = takeOutputTokens(result.tokens, wanted);
  const scores = sigmoid(predictIou(output.iou, decoder, config, masks));
  const hyper = hyperVectors(output.masks, decoder, geometry, wanted.firstMask);
  const enlarge = (x: ImageTokens) => upscale(x, features, decoder, geometry);

  if (settled.scoreFirst) {
    const multi = slice(scores, 1, 1, masks);
    graph.output("iou_scores", multi);
    outputKept(graph, multi, hyper, result.image, enlarge, geometry);
  } else if (settled.multimask) {
    graph.output("iou_scores", slice(scores, 1, 1, masks));
    const products = maskProducts(hyper, enlarge(result.image));
    graph.output("pred_masks", maskImages(products, geometry));
  } else if (config.maskDecoderConfig.dynamicMultimaskViaStability) {
    const products = maskProducts(hyper, enlarge(result.image));
    const chosen = stableMask(products, scores, config.maskDecoderConfig);
    graph.output("iou_scores", chosen.scores);
    graph.output("pred_masks", maskImages(chosen.logits, geometry));
  } else {
    graph.output("iou_scores", slice(scores, 1, 0, 1));
    const products = maskProducts(hyper, enlarge(result.image));
    graph.output("pred_masks", maskImages(products, geometry));
  }
  if (wanted.object) {
    const head = { hidden: channels, features: 1, depth: 3, activation: "relu" } as const;
    const token = takeObjectToken(result.tokens);
    graph.output("object_score_logits", mlp(token, decoder.at("pred_obj_score_head"), head));
  }
  if (settled.attentions) {
    for (const [i, weights] of result.weights.entries()) {
      graph.output(`attentions.${i}`, weights);
    }
  }
}

function wantedTokens(
  { scoreFirst, multimask }: Settled,
  { maskDecoderConfig }: Sam2Config,
  masks: number,
): OutputTokens {
  if (multimask) return { object: !scoreFirst, firstMask: 1, endMask: masks };
  return { object: true, firstMask: 0, endMask: maskDecoderConfig.dynamicMultimaskViaStability ? masks : 1 };
}

/** The image tokens as layer 0 finds them, [P or 1, N, C]. */
function inputTokens(
  graph: GraphBuilder,
  w: Weights,
  config: Sam2Config,
  { channels, height, width }: DecoderGeometry,
  hasMask: boolean,
): Value {
  const embed = graph.input("image_embed", "float32", [1, height * width, channels]);
  const encoder = w.at("prompt_encoder");
  if (!hasMask) return add(embed, encoder.get("no_mask_embed.weight", [1, channels]).value);
  const mask = graph.input("mask", "float32", ["P", 1, 4 * height, 4 * width]);
  return add(embed, maskEmbedding(mask, encoder.at("mask_embed"), config.promptEncoderConfig));
}

/** The high-resolution features as upscaling takes them. @param w  of the mask decoder */
function inputFeatures(
  graph: GraphBuilder,
  w: Weights,
  geometry: DecoderGeometry,
  isShared: boolean,
): FineFeatures {
  const size = geometry.height * geometry.width;
  const input = (name: string, level: 0 | 1, pixels: number) =>
    graph.input(`${name}_${level}`, "float32", [1, size, pixels * geometry.fine[1 - level]!]);
  if (isShared) return { fine1: input("fine", 1, 4), fine0: input("fine", 0, 16) };
  return fineFeatures(input("high_res", 1, 4), input("high_res", 0, 16), w, geometry);
}

/** Logits of the predicted IoU of each mask. @param token [P, C] @returns [P, masks] */
function predictIou(token: Value, w: Weights, { maskDecoderConfig }: Sam2Config, masks: number): Value {
  return mlp(token, w.at("iou_prediction_head"), {
    hidden: maskDecoderConfig.iouHeadHiddenDim,
    features: masks,
    depth: maskDecoderConfig.iouHeadDepth,
    activation: "relu",
  });
}

/**
 * Masks above the threshold: scores need only the tokens, so prompts without such a mask are not upscaled. Products are made for all masks
 * of a prompt that is: picking upscaled features per mask would move more memory than the product costs.
 */
function outputKept(
  graph: GraphBuilder,
  scores: Value,
  hyper: Value,
  image: ImageTokens,
  enlarge: (x: ImageTokens) => Value,
  geometry: DecoderGeometry,
): void {
  const [prompts, masks] = scores.dims as [Axis, number];
  const threshold = graph.input("pred_iou_thresh", "float32", [1]);
  const isKept = cast(greater(scores, threshold), "int32"); // [P, M]
  const rows = nonZero(reduceMax(isKept, [1]), "Q");
  const products = maskProducts(gatherRows(hyper, rows), enlarge(image.of(rows))); // [Q, M, 16·N]
  const among = nonZero(reshape(gatherRows(isKept, rows), [`${masks}*Q`]), "R");
  const flat = reshape(products, [`${masks}*Q`, products.dims[2] as number]);
  graph.output("kept", cast(nonZero(reshape(isKept, [`${masks}*${prompts}`]), "R"), "int32"));
  graph.output("kept_masks", maskImages(gatherRows(flat, among), geometry));
}
