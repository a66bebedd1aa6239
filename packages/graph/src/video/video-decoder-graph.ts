import type { Sam2VideoConfig, SessionDescription, WeightTable } from "@sam2js/core";
import type { Axis } from "../builder/axis.js";
import type { GraphBuilder, Value } from "../builder/graph-builder.js";
import { type DecoderGeometry, decoderGeometry } from "../decoder/geometry.js";
import { hyperVectors, maskImages, maskProducts } from "../decoder/masks.js";
import {
  outputPlaces,
  prependOutputTokens,
  takeObjectToken,
  takeOutputTokens,
} from "../decoder/output-tokens.js";
import { OwnImage } from "../decoder/own-image.js";
import { stableMask } from "../decoder/select-mask.js";
import { twoWayTransformer } from "../decoder/two-way-transformer.js";
import { fineFeatures, upscale } from "../decoder/upscaling.js";
import { describe } from "../graphs/describe.js";
import type { AttentionForm } from "../layers/attention.js";
import { mlp } from "../layers/mlp.js";
import { add, greater, sigmoid, where } from "../ops/elementwise.js";
import { concat, reshape, slice } from "../ops/shape.js";
import { imagePositions } from "../prompt/image-positions.js";
import { pointEmbedding } from "../prompt/point-embedding.js";
import type { Weights } from "../weights/weights.js";
import { bestMask } from "./choose-mask.js";

/** Which variant of {@link videoDecoderGraph} is written. */
export interface VideoDecoderOptions {
  /** How attention is written; take `"fused"` where the runtime's `fusedAttention` capability says so. */
  readonly attention: AttentionForm;
  /** Whether the best of the masks for ambiguous prompts is taken, or the one for clear prompts. Default true. */
  readonly multimask?: boolean | undefined;
  /**
   * Which features enter: `"conditioned"` (`conditioned` of the memory attention; default), `"embed"` (`image_embed` of the encoder as it is,
   * for mask prompts) or `"initial"` (`image_embed`, to which `no_memory_embedding` is added, for the first prompt of an object on a frame).
   */
  readonly features?: "conditioned" | "embed" | "initial" | undefined;
  /** Whether `dense` of the mask embedding is an input instead of "no mask". Default false. */
  readonly dense?: boolean | undefined;
}

/** What stands for a mask where the object is not seen. */
const HIDDEN_LOGIT = -1024;

/**
 * Prompts and features to one mask and one pointer for each object. P objects of K points, both free; N = h·w, C = 4·c₁ = 8·c₀.
 *
 * | input | |
 * | --- | --- |
 * | `conditioned` or `image_embed` | float32 [P or 1, N, C], see `features` |
 * | `dense` | float32 [P or 1, N or 1, C], added to them |
 * | `high_res_1`, `high_res_0` | float32 [1, N, 4·c₁], [1, N, 16·c₀] of the image encoder |
 * | `points` | float32 [P, K, 2], (x, y) in pixels of the model input |
 * | `labels` | int32 [P, K]: 1 inside, 0 outside, 2 and 3 corners of a box, −1 not a point, −10 padding |
 *
 * The reference ends every prompt with one point of label −1, and a frame without prompt has one such point more; the caller does so too.
 *
 * | output | |
 * | --- | --- |
 * | `mask` | float32 [P, 4h, 4w] logits, −1024 everywhere where the object is not seen |
 * | `iou` | float32 [P, 1], predicted |
 * | `score` | float32 [P, 1] logit, above 0 where the object is seen |
 * | `pointer` | float32 [P, C], `no_object_pointer` where it is not |
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export function videoDecoderGraph(
  config: Sam2VideoConfig,
  weights: WeightTable,
  options: VideoDecoderOptions,
): SessionDescription {
  const settled = settle(options);
  return describe("video-decoder", weights, (graph, w) => writeVideoDecoder(graph, w, config, settled));
}

function settle({
  attention,
  multimask = true,
  features = "conditioned",
  dense = false,
}: VideoDecoderOptions) {
  return { attention, multimask, features, dense };
}

export function writeVideoDecoder(
  graph: GraphBuilder,
  w: Weights,
  config: Sam2VideoConfig,
  options: VideoDecoderOptions,
): void {
  const settled = settle(options);
  const geometry = decoderGeometry(config);
  const { channels, height, width, masks, fine } = geometry;
  const size = height * width;
  const decoder = w.at("mask_decoder");
  const imageTokens = inputFeatures(graph, w, geometry, settled);
  const highRes1 = graph.input("high_res_1", "float32", [1, size, 4 * fine[0]]);
  const highRes0 = graph.input("high_res_0", "float32", [1, size, 16 * fine[1]]);
  const points = graph.input("points", "float32", ["P", "K", 2]);
  const labels = graph.input("labels", "int32", ["P", "K"]);

  const prompt = pointEmbedding(points, labels, w, config.promptEncoderConfig);
  const positions = imagePositions(w, height, width, channels);
  const image = new OwnImage(imageTokens, positions, geometry);
  const isOneEnough = !settled.multimask && !config.maskDecoderConfig.dynamicMultimaskViaStability;
  const wanted = { object: true, firstMask: settled.multimask ? 1 : 0, endMask: isOneEnough ? 1 : masks };
  const result = twoWayTransformer(
    prependOutputTokens(prompt, decoder, masks),
    image,
    decoder.at("transformer"),
    {
      config: config.maskDecoderConfig,
      geometry,
      form: settled.attention,
      similarity: undefined,
      target: undefined,
      wanted: outputPlaces(wanted),
    },
  );
  const tokens = takeOutputTokens(result.tokens, wanted);
  const features = fineFeatures(highRes1, highRes0, decoder, geometry);
  const enlarged = upscale(result.image, features, decoder, geometry);
  const found = chooseMask(tokens, enlarged, decoder, config, geometry, settled.multimask);

  const head = { hidden: channels, depth: 3, activation: "relu" } as const;
  const score = mlp(takeObjectToken(result.tokens), decoder.at("pred_obj_score_head"), {
    ...head,
    features: 1,
  });
  const isSeen = greater(score, graph.float([0], []));
  const prompts = score.dims[0] as Axis;
  const pointer = mlp(found.token, w.at("object_pointer_proj"), { ...head, features: channels });
  const images = reshape(maskImages(found.logits, geometry), [prompts, 4 * height, 4 * width]);
  graph.output("mask", where(reshape(isSeen, [prompts, 1, 1]), images, graph.float([HIDDEN_LOGIT], [])));
  graph.output("iou", found.iou);
  graph.output("score", score);
  graph.output("pointer", where(isSeen, pointer, w.get("no_object_pointer", [1, channels]).value));
}

/** The image tokens of layer 0 [P or 1, N, C]. */
function inputFeatures(
  graph: GraphBuilder,
  w: Weights,
  { channels, height, width }: DecoderGeometry,
  { features, dense }: ReturnType<typeof settle>,
): Value {
  const size = height * width;
  const name = features === "conditioned" ? "conditioned" : "image_embed";
  const tokens = graph.input(name, "float32", ["P?", size, channels]);
  const noMemory = () => w.get("no_memory_embedding", [1, 1, channels]).value;
  const known = features === "initial" ? add(tokens, noMemory()) : tokens;
  const mask = dense
    ? graph.input("dense", "float32", ["Q?", "N?", channels])
    : w.get("prompt_encoder.no_mask_embed.weight", [1, channels]).value;
  return add(known, mask);
}

/** One mask of each prompt, its predicted IoU and the token that its pointer is made of: [P, 1, 16·N], [P, 1], [P, C]. */
function chooseMask(
  { iou, masks: maskTokens }: ReturnType<typeof takeOutputTokens>,
  enlarged: Value,
  w: Weights,
  config: Sam2VideoConfig,
  geometry: DecoderGeometry,
  multimask: boolean,
) {
  const { masks, channels } = geometry;
  const { maskDecoderConfig } = config;
  const prompts = iou.dims[0] as Axis;
  const head = { hidden: maskDecoderConfig.iouHeadHiddenDim, depth: maskDecoderConfig.iouHeadDepth };
  const settings = { ...head, features: masks, activation: "relu" } as const;
  const scores = sigmoid(mlp(iou, w.at("iou_prediction_head"), settings));
  const vectors = hyperVectors(maskTokens, w, geometry, multimask ? 1 : 0);
  const best = bestMask(scores);
  const bestScore = () =>
    reshape(best(reshape(slice(scores, 1, 1, masks), [prompts, masks - 1, 1])), [prompts, 1]);
  if (multimask) {
    const token = reshape(best(maskTokens), [prompts, channels]);
    return { logits: maskProducts(best(vectors), enlarged), iou: bestScore(), token };
  }
  const token = reshape(slice(maskTokens, 1, 0, 1), [prompts, channels]);
  const single = slice(scores, 1, 0, 1);
  if (!maskDecoderConfig.dynamicMultimaskViaStability) {
    return { logits: maskProducts(vectors, enlarged), iou: single, token };
  }
  const candidates = [slice(vectors, 1, 0, 1), best(slice(vectors, 1, 1, masks))];
  const both = maskProducts(concat(candidates, 1), enlarged);
  const chosen = stableMask(both, concat([single, bestScore()], 1), maskDecoderConfig);
  return { logits: chosen.logits, iou: chosen.scores, token };
}
