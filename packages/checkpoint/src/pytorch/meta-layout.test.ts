import { createHash } from "node:crypto";
import { CheckpointError, Sam2VideoConfig } from "@sam2js/core";
import { loadMeta } from "@sam2js/reference";
import { describe, expect, test } from "vitest";
import type { TensorRecord } from "../checkpoint.js";
import { loadCheckpoint, openModel } from "../index.js";
import { findConfig } from "./find-config.js";

// Expected tensors and config: transformers' own conversion of the same file, by make_meta_checkpoint.py of tooling/reference.
const meta = loadMeta();
const open = async (config?: object) =>
  loadCheckpoint(await openModel({ name: "meta", files: { "weights.pt": meta.file } }, { config }));

describe("a checkpoint in Meta's layout", () => {
  test("has the tensors of the reference's conversion: names, shapes and bytes", async () => {
    const { tensors } = await open(meta.given);
    const found: Record<string, unknown> = {};
    for (const { name, dims, file, byteOffset, byteLength } of tensors.values()) {
      const bytes = await file.read(byteOffset, byteOffset + byteLength);
      found[name] = [dims, createHash("sha256").update(bytes).digest("hex")];
    }
    expect(found).toEqual(meta.tensors);
  });

  test("has the config of the reference's conversion, and says what it assumed", async () => {
    const { config, assumed } = await open(meta.given);
    // The reference writes more keys than it has settings for (labels, output options).
    expect(Sam2VideoConfig.parse(meta.config).toJSON()).toMatchObject(Sam2VideoConfig.parse(config).toJSON());
    expect(assumed).toEqual([expect.stringMatching(/^other settings/)]);
  });

  test("lies where it was: only the point embeddings are copied", async () => {
    const { tensors } = await open(meta.given);
    const copied = [...tensors.values()].filter(({ file }) => file.location !== "weights.pt");
    expect(copied.map(({ name }) => name)).toEqual(["prompt_encoder.point_embed.weight"]);
    expect([...tensors.values()].every(({ byteOffset }) => byteOffset % 4 === 0)).toBe(true);
  });

  test("of an odd backbone asks for what shapes do not say", async () => {
    await expect(open()).rejects.toThrow(CheckpointError);
    await expect(open()).rejects.toThrow(
      /1, 1, 2, 1 blocks, 8 wide; give \{ config: .*window_size_per_stage/,
    );
  });
});

/** The tensors that a config is found in, with the shapes of a published model. */
function published(width: number, blocks: readonly number[], background: number, isNewer: boolean) {
  const dims: Record<string, readonly number[]> = {
    "vision_encoder.backbone.patch_embed.projection.weight": [width, 3, 7, 7],
    "vision_encoder.backbone.pos_embed": [1, width, background, background],
    "vision_encoder.backbone.pos_embed_window": [1, width, 8, 8],
    "vision_encoder.backbone.blocks.0.mlp.proj_in.weight": [4 * width, width],
    "prompt_encoder.no_mask_embed.weight": [1, 256],
    "prompt_encoder.point_embed.weight": [4, 256],
    "prompt_encoder.mask_embed.conv3.weight": [256, 16, 1, 1],
    "mask_decoder.iou_token.weight": [1, 256],
    "mask_decoder.mask_tokens.weight": [4, 256],
    "mask_decoder.iou_prediction_head.proj_in.weight": [256, 256],
    "mask_decoder.iou_prediction_head.layers.0.weight": [256, 256],
    "mask_decoder.transformer.layers.0.mlp.proj_in.weight": [2048, 256],
    "mask_decoder.transformer.layers.0.layer_norm1.weight": [256],
    "mask_decoder.transformer.layers.1.layer_norm1.weight": [256],
    "mask_decoder.transformer.layers.0.cross_attn_token_to_image.q_proj.weight": [128, 256],
    memory_temporal_positional_encoding: [7, 1, 1, 64],
    "memory_attention.layers.0.self_attn.q_proj.weight": [256, 256],
    "memory_encoder.feature_projection.weight": [256, 256, 1, 1],
    "memory_encoder.mask_downsampler.final_conv.weight": [256, 256, 1, 1],
    ...(isNewer && {
      occlusion_spatial_embedding_parameter: [1, 64],
      "temporal_positional_encoding_projection_layer.weight": [64, 256],
    }),
  };
  for (let layer = 0; layer < 4; layer++) {
    dims[`memory_attention.layers.${layer}.linear1.weight`] = [2048, 256];
    dims[`memory_attention.layers.${layer}.layer_norm1.weight`] = [256];
    dims[`memory_encoder.mask_downsampler.layers.${layer}.conv.weight`] = [
      4 ** (layer + 1),
      4 ** layer,
      3,
      3,
    ];
  }
  for (let layer = 0; layer < 2; layer++) {
    const fuser = `memory_encoder.memory_fuser.layers.${layer}`;
    dims[`${fuser}.scale`] = [256];
    dims[`${fuser}.depthwise_conv.weight`] = [256, 1, 7, 7];
    dims[`${fuser}.pointwise_conv1.weight`] = [1024, 256];
  }
  let block = 0;
  for (const [stage, count] of blocks.entries()) {
    const channels = width * 2 ** stage;
    dims[`vision_encoder.neck.convs.${3 - stage}.weight`] = [256, channels, 1, 1];
    if (stage > 0) dims[`vision_encoder.backbone.blocks.${block}.proj.weight`] = [channels, channels / 2];
    for (let i = 0; i < count; i++, block++) {
      dims[`vision_encoder.backbone.blocks.${block}.attn.qkv.weight`] = [3 * channels, channels];
      dims[`vision_encoder.backbone.blocks.${block}.layer_norm2.weight`] = [channels];
    }
  }
  return new Map(
    Object.entries(dims).map(([name, shape]) => [name, { name, dims: shape } as unknown as TensorRecord]),
  );
}

/** As `get_config` of transformers' convert_sam2_video_to_hf.py has them. */
const SIZES = [
  ["hiera-tiny", 96, [1, 2, 7, 2], 7, {}],
  ["hiera-small", 96, [1, 2, 11, 2], 7, { global_attention_blocks: [7, 10, 13] }],
  [
    "hiera-base-plus",
    112,
    [2, 3, 16, 3],
    14,
    { num_attention_heads_per_stage: [2, 4, 8, 16], global_attention_blocks: [12, 16, 20] },
  ],
  [
    "hiera-large",
    144,
    [2, 6, 36, 4],
    7,
    {
      num_attention_heads_per_stage: [2, 4, 8, 16],
      global_attention_blocks: [23, 33, 43],
      window_size_per_stage: [8, 4, 16, 8],
    },
  ],
] as const;

describe.each(SIZES)("the config of %s", (name, width, blocks, background, others) => {
  test.each([true, false])("is found in its shapes (2.1: %s)", (isNewer) => {
    const { config, assumed } = findConfig(published(width, blocks, background, isNewer), {}, "m");
    const widths = [1, 2, 4, 8].map((factor) => factor * width);
    expect(Sam2VideoConfig.parse(config).toJSON()).toEqual(
      Sam2VideoConfig.parse({
        vision_config: {
          backbone_config: {
            hidden_size: width,
            embed_dim_per_stage: widths,
            blocks_per_stage: blocks,
            window_positional_embedding_background_size: [background, background],
            ...others,
          },
          backbone_channel_list: widths.toReversed(),
        },
        enable_occlusion_spatial_embedding: isNewer,
        enable_temporal_pos_encoding_for_object_pointers: isNewer,
      }).toJSON(),
    );
    expect(assumed.join("\n")).toContain(name);
    expect(assumed.join("\n")).toContain("image_size: 1024");
  });
});
