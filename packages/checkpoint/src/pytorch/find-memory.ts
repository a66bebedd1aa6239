import type { JsonObject } from "@sam2js/core";
import type { Shapes } from "./shapes.js";

/** Of the first layer of the memory attention. */
const SAM2_LAYER = "memory_attention.layers.0.linear1.weight";
const EDGETAM_LAYER = "memory_attention.layers.0.mlp.up_proj.weight";

/** Whether the weights are those of a video model, and not of its image half alone. */
export function hasMemory(shapes: Shapes): boolean {
  return shapes.has(SAM2_LAYER) || shapes.has(EDGETAM_LAYER);
}

/** Finds the settings of memory encoder, memory attention and, in EdgeTAM, perceiver. */
export function findMemory(shapes: Shapes): JsonObject {
  const attention = "memory_attention.layers.0";
  const [memories, , , channels] = shapes.dims("memory_temporal_positional_encoding", 4);
  const isEdgeTam = shapes.has(EDGETAM_LAYER);
  const [hidden, width] = shapes.dims(isEdgeTam ? EDGETAM_LAYER : SAM2_LAYER, 2);
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
    memory_attention_num_layers: shapes.count((i) => `memory_attention.layers.${i}.layer_norm1.weight`),
    ...(isEdgeTam
      ? { memory_attention_mlp_hidden_size: hidden, ...findPerceiver(shapes) }
      : { memory_attention_feed_forward_hidden_size: hidden }),
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
    // What SAM 2.1 has; SAM 2 and EdgeTAM have neither.
    enable_occlusion_spatial_embedding: shapes.has("occlusion_spatial_embedding_parameter"),
    enable_temporal_pos_encoding_for_object_pointers: shapes.has(
      "temporal_positional_encoding_projection_layer.weight",
    ),
  };
}

/** EdgeTAM keeps a few tokens of each frame: some that see all of it, and a square of others that see a part each. */
function findPerceiver(shapes: Shapes): JsonObject {
  const at = "spatial_perceiver";
  const [placed, channels] = shapes.dims(`${at}.latents_2d`, 2);
  const side = Math.round(Math.sqrt(placed as number));
  return {
    perceiver_resampler_num_latents: shapes.has(`${at}.latents_1d`) ? shapes.size(`${at}.latents_1d`, 0) : 0,
    perceiver_resampler_num_latents_2d: placed,
    perceiver_resampler_hidden_size: channels,
    perceiver_resampler_mlp_intermediate_size: shapes.size(`${at}.layers.0.mlp.up_proj.weight`, 0),
    perceiver_resampler_num_attention_heads: 1,
    perceiver_resampler_attention_head_dim: shapes.size(`${at}.layers.0.cross_attention.q_proj.weight`, 0),
    perceiver_resampler_num_layers: shapes.count((i) => `${at}.layers.${i}.layer_norm_input.weight`),
    memory_attention_rope_k_sizes: [side, side],
  };
}
