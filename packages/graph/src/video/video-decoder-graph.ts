import type { VideoModelConfig } from "@sam2js/core";
import type { Axis } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { float32, int32 } from "../builder/input-shape.js";
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
import { defineGraph } from "../graphs/define-graph.js";
import type { AttentionForm } from "../layers/attention.js";
import { mlp } from "../layers/mlp.js";
import { add, cast, greater, sigmoid, where } from "../ops/elementwise.js";
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
export const videoDecoderGraph = defineGraph({
  name: "video-decoder",
  options: ["attention", "multimask", "features", "dense"],
  parts: ["promptEncoderConfig", "maskDecoderConfig"],
  inputs: (config: VideoModelConfig, { features = "conditioned", dense = false }: VideoDecoderOptions) => {
    const { channels, height, width, fine } = decoderGeometry(config);
    const size = height * width;
    const image = float32("P?", size, channels);
    return {
      ...(features === "conditioned" ? { conditioned: image } : { image_embed: image }),
      ...(dense && { dense: float32("Q?", "N?", channels) }),
      high_res_1: float32(1, size, 4 * fine[0]),
      high_res_0: float32(1, size, 16 * fine[1]),
      points: float32("P", "K", 2),
      labels: int32("P", "K"),
    };
  },
  write(inputs, w, config, { attention, multimask = true, features }) {
    const { graph } = w;
    const geometry = decoderGeometry(config);
    const { channels, height, width, masks } = geometry;
    const decoder = w.at("mask_decoder");
    const embed = "conditioned" in inputs ? inputs.conditioned : inputs.image_embed;
    const noMemory = () => w.get("no_memory_embedding", [1, 1, channels]).value;
    const known = features === "initial" ? add(embed, noMemory()) : embed;
    const dense = inputs.dense ?? w.get("prompt_encoder.no_mask_embed.weight", [1, channels]).value;

    const prompt = pointEmbedding(inputs.points, inputs.labels, w, config.promptEncoderConfig);
    const positions = imagePositions(w, height, width, channels);
    const image = new OwnImage(add(known, dense), positions, geometry);
    const isOneEnough = !multimask && !config.maskDecoderConfig.dynamicMultimaskViaStability;
    const wanted = { object: true, firstMask: multimask ? 1 : 0, endMask: isOneEnough ? 1 : masks };
    const result = twoWayTransformer(
      prependOutputTokens(prompt, decoder, masks),
      image,
      decoder.at("transformer"),
      {
        config: config.maskDecoderConfig,
        geometry,
        form: attention,
        similarity: undefined,
        target: undefined,
        wanted: outputPlaces(wanted),
      },
    );
    const tokens = takeOutputTokens(result.tokens, wanted);
    const fine = fineFeatures(inputs.high_res_1, inputs.high_res_0, decoder, geometry);
    const enlarged = upscale(result.image, fine, decoder, geometry);
    const found = chooseMask(tokens, enlarged, decoder, config, geometry, multimask);

    const head = { hidden: channels, depth: 3, activation: "relu" } as const;
    const object = takeObjectToken(result.tokens);
    const score = mlp(object, decoder.at("pred_obj_score_head"), { ...head, features: 1 });
    const isSeen = greater(score, graph.float([0], []));
    const prompts = score.dims[0] as Axis;
    const pointer = mlp(found.token, w.at("object_pointer_proj"), { ...head, features: channels });
    const images = reshape(maskImages(found.logits, geometry), [prompts, 4 * height, 4 * width]);
    const hidden = graph.float([HIDDEN_LOGIT], []);
    const noPointer = w.get("no_object_pointer", [1, channels]).value;
    return {
      mask: cast(where(reshape(isSeen, [prompts, 1, 1]), images, hidden), "float32"),
      iou: cast(found.iou, "float32"),
      score: cast(score, "float32"),
      pointer: cast(where(isSeen, pointer, noPointer), "float32"),
    };
  },
});

/** One mask of each prompt, its predicted IoU and the token that its pointer is made of: [P, 1, 16·N], [P, 1], [P, C]. */
function chooseMask(
  { iou, masks: maskTokens }: ReturnType<typeof takeOutputTokens>,
  enlarged: Value,
  w: Weights,
  config: VideoModelConfig,
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
