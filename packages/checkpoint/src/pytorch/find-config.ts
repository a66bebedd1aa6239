import { isJsonObject, type JsonObject } from "@sam2js/core";
import type { TensorRecord } from "../checkpoint.js";
import { Shapes } from "./shapes.js";

/** A config that was found in weights. */
export interface FoundConfig {
  /** As the reference's `config.json` has it. */
  readonly config: JsonObject;
  /** What weights do not say and was taken from published models instead: the name in `config.json`, a colon, and what is taken. */
  readonly assumed: readonly string[];
}

/** Sizes of the Hiera backbone that are published, with what the shapes of weights do not say. @see the `configs` of Meta's sam2 1.1.0 */
const PUBLISHED = [
  {
    name: "hiera-tiny",
    width: 96,
    blocks: [1, 2, 7, 2],
    heads: [1, 2, 4, 8],
    windows: [8, 4, 14, 7],
    global: [5, 7, 9],
  },
  {
    name: "hiera-small",
    width: 96,
    blocks: [1, 2, 11, 2],
    heads: [1, 2, 4, 8],
    windows: [8, 4, 14, 7],
    global: [7, 10, 13],
  },
  {
    name: "hiera-base-plus",
    width: 112,
    blocks: [2, 3, 16, 3],
    heads: [2, 4, 8, 16],
    windows: [8, 4, 14, 7],
    global: [12, 16, 20],
  },
  {
    name: "hiera-large",
    width: 144,
    blocks: [2, 6, 36, 4],
    heads: [2, 4, 8, 16],
    windows: [8, 4, 16, 8],
    global: [23, 33, 43],
  },
] as const;

/** What no shape depends on in the backbone. */
const HIDDEN_IN_BACKBONE = [
  "num_attention_heads_per_stage",
  "window_size_per_stage",
  "global_attention_blocks",
];
const IMAGE_SIZE = 1024;
const PATCH = 16;

/**
 * Finds the config of a model in the names and shapes of its weights: everything that they say, and of the rest what published models have.
 *
 * @param tensors  by the reference's names
 * @param given    parts of a `config.json` that are known otherwise; they are taken before what is found or assumed
 * @param where    what messages call the file
 * @throws {CheckpointError} this is no SAM 2 model, or a backbone of a size that is not published and not in `given`
 */
export function findConfig(
  tensors: ReadonlyMap<string, TensorRecord>,
  given: JsonObject,
  where: string,
): FoundConfig {
  const shapes = new Shapes(tensors, where);
  const assumed: string[] = [];
  const vision = object(given.vision_config);
  const backbone = findBackbone(shapes, object(vision.backbone_config), assumed);
  const givenSize = number(given.image_size) ?? number(object(given.prompt_encoder_config).image_size);
  const imageSize = givenSize ?? IMAGE_SIZE;
  if (givenSize === undefined)
    assumed.push(`image_size: ${IMAGE_SIZE}, unless the model was trained with images of another size`);
  assumed.push(
    "other settings (heads of the decoder and the memory attention, scales of the memory): as in published models",
  );
  const side = Math.floor(imageSize / PATCH);
  const isVideo = shapes.has("memory_attention.layers.0.linear1.weight");
  const found = {
    model_type: isVideo ? "sam2_video" : "sam2",
    vision_config: {
      backbone_config: { ...backbone, image_size: [imageSize, imageSize] },
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

function findBackbone(shapes: Shapes, given: JsonObject, assumed: string[]): JsonObject {
  const at = "vision_encoder.backbone";
  const [width, channels, ...kernel] = shapes.dims(`${at}.patch_embed.projection.weight`, 4);
  const blocks: number[] = [];
  const widths: number[] = [];
  for (let i = 0; shapes.has(`${at}.blocks.${i}.attn.qkv.weight`); i++) {
    // A block that widens the features opens a stage.
    if (i === 0 || shapes.has(`${at}.blocks.${i}.proj.weight`)) {
      blocks.push(0);
      widths.push(shapes.size(`${at}.blocks.${i}.layer_norm2.weight`, 0));
    }
    blocks.push((blocks.pop() ?? 0) + 1);
  }
  const window = shapes.size(`${at}.pos_embed_window`, 2);
  const known = PUBLISHED.find((size) => size.width === width && `${size.blocks}` === `${blocks}`);
  if (!known && HIDDEN_IN_BACKBONE.some((key) => given[key] === undefined)) {
    shapes.refuse(
      `a backbone of a published size (${PUBLISHED.map(({ name }) => name).join(", ")})`,
      `one of ${blocks.join(", ")} blocks, ${width} wide`,
      `give { config: { vision_config: { backbone_config: { ${HIDDEN_IN_BACKBONE.join(", ")} } } } }`,
    );
  }
  if (known) assumed.push(`backbone_config: heads, windows and global attention as in ${known.name}`);
  return {
    model_type: "sam2_hiera_det_model",
    hidden_size: width,
    num_channels: channels,
    patch_kernel_size: kernel,
    patch_padding: kernel.map((size) => Math.floor(size / 2)),
    window_positional_embedding_background_size: shapes.dims(`${at}.pos_embed`, 4).slice(2),
    blocks_per_stage: blocks,
    embed_dim_per_stage: widths,
    num_query_pool_stages: blocks.length - 1,
    mlp_ratio: shapes.size(`${at}.blocks.0.mlp.proj_in.weight`, 0) / (widths[0] ?? 1),
    ...(known && {
      num_attention_heads_per_stage: known.heads,
      window_size_per_stage: [window, ...known.windows.slice(1)],
      global_attention_blocks: known.global,
    }),
  };
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

function findMemory(shapes: Shapes): JsonObject {
  const attention = "memory_attention.layers.0";
  const [memories, , , channels] = shapes.dims("memory_temporal_positional_encoding", 4);
  const [feedForward, width] = shapes.dims(`${attention}.linear1.weight`, 2);
  const mask = (i: number) => `memory_encoder.mask_downsampler.layers.${i}.conv.weight`;
  const [maskChannels, , maskKernel] = shapes.dims(mask(0), 4);
  // Each layer has stride² times the channels of the one before; the first takes one.
  const stride = Math.round(Math.sqrt(maskChannels as number));
  const fuser = (i: number) => `memory_encoder.memory_fuser.layers.${i}`;
  const [fuserWidth, , fuserKernel] = shapes.dims(`${fuser(0)}.depthwise_conv.weight`, 4);
  return {
    num_maskmem: memories,
    memory_encoder_output_channels: channels,
    memory_encoder_hidden_size: shapes.size("memory_encoder.feature_projection.weight", 0),
    memory_attention_hidden_size: width,
    memory_attention_num_layers: shapes.count((i) => `memory_attention.layers.${i}.linear1.weight`),
    memory_attention_feed_forward_hidden_size: feedForward,
    memory_attention_downsample_rate:
      (width as number) / shapes.size(`${attention}.self_attn.q_proj.weight`, 0),
    mask_downsampler_embed_dim: shapes.size("memory_encoder.mask_downsampler.final_conv.weight", 0),
    mask_downsampler_kernel_size: maskKernel,
    mask_downsampler_padding: Math.floor((maskKernel as number) / 2),
    mask_downsampler_stride: stride,
    mask_downsampler_total_stride: stride ** shapes.count(mask),
    memory_fuser_num_layers: shapes.count((i) => `${fuser(i)}.scale`),
    memory_fuser_embed_dim: fuserWidth,
    memory_fuser_intermediate_dim: shapes.size(`${fuser(0)}.pointwise_conv1.weight`, 0),
    memory_fuser_kernel_size: fuserKernel,
    memory_fuser_padding: Math.floor((fuserKernel as number) / 2),
    // What SAM 2.1 has and SAM 2 has not.
    enable_occlusion_spatial_embedding: shapes.has("occlusion_spatial_embedding_parameter"),
    enable_temporal_pos_encoding_for_object_pointers: shapes.has(
      "temporal_positional_encoding_projection_layer.weight",
    ),
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
