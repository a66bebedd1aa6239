import { isJsonObject, type JsonObject } from "@sam2js/core";
import type { TensorRecord } from "../checkpoint.js";
import { findHiera } from "./find-hiera.js";
import { findMemory, hasMemory } from "./find-memory.js";
import { findRepVit, hasRepVit } from "./find-repvit.js";
import { Shapes } from "./shapes.js";

/** A config that was found in weights. */
export interface FoundConfig {
  /** As the reference's `config.json` has it. */
  readonly config: JsonObject;
  /** What weights do not say and was taken from published models instead: the name in `config.json`, a colon, and what is taken. */
  readonly assumed: readonly string[];
}

const IMAGE_SIZE = 1024;
const PATCH = 16;

/**
 * Finds the config of a model in the names and shapes of its weights: everything that they say, and of the rest what published models have.
 *
 * @param tensors  by the reference's names
 * @param given    parts of a `config.json` that are known otherwise; they are taken before what is found or assumed
 * @param where    what messages call the file
 * @throws {CheckpointError} this is neither SAM 2 nor EdgeTAM, or a backbone of a size that is not published and not in `given`
 */
export function findConfig(
  tensors: ReadonlyMap<string, TensorRecord>,
  given: JsonObject,
  where: string,
): FoundConfig {
  const shapes = new Shapes(tensors, where);
  const assumed: string[] = [];
  const vision = object(given.vision_config);
  const givenSize = number(given.image_size) ?? number(object(given.prompt_encoder_config).image_size);
  const imageSize = givenSize ?? IMAGE_SIZE;
  if (givenSize === undefined)
    assumed.push(`image_size: ${IMAGE_SIZE}, unless the model was trained with images of another size`);
  assumed.push("other settings (heads, activations, scales of the memory): as in published models");
  const side = Math.floor(imageSize / PATCH);
  const isVideo = hasMemory(shapes);
  const isEdgeTam = hasRepVit(shapes);
  const backbone = isEdgeTam
    ? findRepVit(shapes)
    : {
        ...findHiera(shapes, object(vision.backbone_config), assumed),
        image_size: [imageSize, imageSize],
      };
  const family = isEdgeTam ? "edgetam" : "sam2";
  const found = {
    model_type: isVideo ? `${family}_video` : family,
    vision_config: {
      backbone_config: backbone,
      ...findNeck(shapes),
      backbone_feature_sizes: [4, 2, 1].map((factor) => [factor * side, factor * side]),
    },
    prompt_encoder_config: {
      hidden_size: shapes.size("prompt_encoder.no_mask_embed.weight", 1),
      image_size: imageSize,
      patch_size: PATCH,
      num_point_embeddings: shapes.size("prompt_encoder.point_embed.weight", 0),
      mask_input_channels: shapes.size("prompt_encoder.mask_embed.conv3.weight", 1),
    },
    mask_decoder_config: findMaskDecoder(shapes),
    ...(isVideo
      ? { image_size: imageSize, ...findMemory(shapes), memory_attention_rope_feat_sizes: [side, side] }
      : {}),
  };
  return { config: merge(found, given), assumed };
}

function findNeck(shapes: Shapes): JsonObject {
  const at = "vision_encoder.neck.convs";
  const levels = shapes.count((i) => `${at}.${i}.weight`);
  const [hidden, , kernel] = shapes.dims(`${at}.0.weight`, 4);
  return {
    backbone_channel_list: Array.from({ length: levels }, (_, i) => shapes.size(`${at}.${i}.weight`, 1)),
    fpn_hidden_size: hidden,
    fpn_kernel_size: kernel,
  };
}

function findMaskDecoder(shapes: Shapes): JsonObject {
  const at = "mask_decoder";
  const hidden = shapes.size(`${at}.iou_token.weight`, 1);
  const layer = (i: number) => `${at}.transformer.layers.${i}`;
  return {
    hidden_size: hidden,
    mlp_dim: shapes.size(`${layer(0)}.mlp.proj_in.weight`, 0),
    num_hidden_layers: shapes.count((i) => `${layer(i)}.layer_norm1.weight`),
    attention_downsample_rate: hidden / shapes.size(`${layer(0)}.cross_attn_token_to_image.q_proj.weight`, 0),
    num_multimask_outputs: shapes.size(`${at}.mask_tokens.weight`, 0) - 1,
    iou_head_depth: 2 + shapes.count((i) => `${at}.iou_prediction_head.layers.${i}.weight`),
    iou_head_hidden_dim: shapes.size(`${at}.iou_prediction_head.proj_in.weight`, 0),
  };
}

/** Members of `given` take the place of those of `found`, object by object. */
function merge(found: JsonObject, given: JsonObject): JsonObject {
  const merged = Object.entries(given).map(([key, value]): [string, unknown] => [
    key,
    isJsonObject(value) && Object.hasOwn(found, key) ? merge(object(found[key]), value) : value,
  ]);
  return { ...found, ...Object.fromEntries(merged) };
}

function object(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
