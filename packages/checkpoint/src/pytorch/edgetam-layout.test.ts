import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CheckpointError, EdgeTamVideoConfig } from "@sam2js/core";
import { fixtureDir } from "@sam2js/reference";
import { expect, test } from "vitest";
import type { TensorRecord } from "../checkpoint.js";
import { bytesFile, readSafetensorsHeader } from "../index.js";
import { findConfig } from "./find-config.js";
import { renameMeta } from "./meta-names.js";
import { splitKeysAndValues } from "./split-tensors.js";

function table(dims: Readonly<Record<string, readonly number[]>>): Map<string, TensorRecord> {
  const file = bytesFile("m", new Uint8Array());
  const record = ([name, shape]: [string, readonly number[]]): [string, TensorRecord] => {
    const byteLength = 4 * shape.reduce((a, b) => a * b, 1);
    return [name, { name, dtype: "F32", dims: shape, file, byteOffset: 64, byteLength }];
  };
  return new Map(Object.entries(dims).map(record));
}

// Names of the checkpoint that EdgeTAM's own code saves, and what convert_edgetam_video_to_hf.py of transformers calls them.
const NAMES: readonly (readonly [string, string])[] = [
  [
    "image_encoder.trunk.body.stem.conv1.bn.running_mean",
    "vision_encoder.backbone.timm_model.stem.conv1.bn.running_mean",
  ],
  ["image_encoder.neck.convs.0.conv.bias", "vision_encoder.neck.convs.0.bias"],
  ["memory_attention.layers.0.linear1.weight", "memory_attention.layers.0.mlp.up_proj.weight"],
  ["memory_attention.layers.1.linear2.bias", "memory_attention.layers.1.mlp.down_proj.bias"],
  ["memory_attention.layers.1.self_attn.out_proj.bias", "memory_attention.layers.1.self_attn.o_proj.bias"],
  ["spatial_perceiver.latents", "spatial_perceiver.latents_1d"],
  ["spatial_perceiver.latents_2d", "spatial_perceiver.latents_2d"],
  ["spatial_perceiver.layers.0.attn.norm_x.bias", "spatial_perceiver.layers.0.layer_norm_input.bias"],
  ["spatial_perceiver.layers.0.attn.norm_latents.bias", "spatial_perceiver.layers.0.layer_norm_latents.bias"],
  ["spatial_perceiver.layers.1.attn.to_q.weight", "spatial_perceiver.layers.1.cross_attention.q_proj.weight"],
  [
    "spatial_perceiver.layers.1.attn.to_out.weight",
    "spatial_perceiver.layers.1.cross_attention.o_proj.weight",
  ],
  ["spatial_perceiver.layers.0.self_attn.norm.weight", "spatial_perceiver.layers.0.layer_norm_self.weight"],
  [
    "spatial_perceiver.layers.0.self_attn.to_q.weight",
    "spatial_perceiver.layers.0.self_attention.q_proj.weight",
  ],
  [
    "spatial_perceiver.layers.0.self_attn.to_out.weight",
    "spatial_perceiver.layers.0.self_attention.o_proj.weight",
  ],
  ["spatial_perceiver.layers.0.ff.0.weight", "spatial_perceiver.layers.0.mlp.layer_norm.weight"],
  ["spatial_perceiver.layers.0.ff.1.weight", "spatial_perceiver.layers.0.mlp.up_proj.weight"],
  ["spatial_perceiver.layers.0.ff.3.weight", "spatial_perceiver.layers.0.mlp.down_proj.weight"],
  ["spatial_perceiver.layers.0.self_ff.0.bias", "spatial_perceiver.layers.0.self_mlp.layer_norm.bias"],
  ["spatial_perceiver.layers.0.self_ff.1.weight", "spatial_perceiver.layers.0.self_mlp.up_proj.weight"],
  ["spatial_perceiver.norm.weight", "spatial_perceiver.layer_norm.weight"],
  ["sam_mask_decoder.iou_token.weight", "mask_decoder.iou_token.weight"],
];

test.each(["", "module.", "sam.", "module.model.sam2."])(
  "EdgeTAM's tensors get the reference's names, in a module %j",
  (module) => {
    const given = Object.fromEntries(NAMES.map(([name]) => [`${module}${name}`, [1]]));
    const renamed = renameMeta(table({ ...given, "head.weight": [1] }), "m");
    expect([...renamed.keys()]).toEqual([...NAMES.map(([, name]) => name), "head.weight"]);
  },
);

test("a copy of the model in a module beside it stays there", () => {
  const names = ["", "ema."].map((module) => `${module}sam_mask_decoder.iou_token.weight`);
  const renamed = renameMeta(table(Object.fromEntries(names.map((name) => [name, [1]]))), "m");
  expect([...renamed.keys()]).toEqual(["mask_decoder.iou_token.weight", names[1]]);
});

test("keys and values are two halves of a tensor, where they lie", () => {
  const kv = (rows: number) =>
    renameMeta(
      table({ "spatial_perceiver.layers.0.attn.to_kv.weight": [rows, 3], "sam_mask_decoder.x": [1] }),
      "m",
    );
  const halves = [...splitKeysAndValues(kv(8), "m").values()].filter(({ name }) => name !== "mask_decoder.x");
  const at = "spatial_perceiver.layers.0.cross_attention";
  expect(halves).toMatchObject([
    { name: `${at}.k_proj.weight`, dims: [4, 3], byteOffset: 64, byteLength: 48 },
    { name: `${at}.v_proj.weight`, dims: [4, 3], byteOffset: 112, byteLength: 48 },
  ]);
  expect(() => splitKeysAndValues(kv(7), "m")).toThrow(CheckpointError);
});

// Odd models that transformers saved, and what of their configs no shape tells.
const HIDDEN = [
  ["video-edge-a", { mask_decoder_config: { num_attention_heads: 4 } }],
  [
    "video-edge-b",
    {
      mask_decoder_config: { num_attention_heads: 4 },
      max_object_pointers_in_encoder: 8,
      memory_attention_mlp_hidden_act: "gelu",
      memory_attention_num_attention_heads: 2,
      memory_attention_rope_k_sizes: [2, 3],
      perceiver_resampler_num_attention_heads: 2,
      perceiver_resampler_attention_head_dim: 32,
    },
  ],
] as const;

test.each(HIDDEN)("the config of %s is found in its shapes", async (name, hidden) => {
  const read = (file: string) => readFileSync(resolve(fixtureDir(name), file));
  const header = await readSafetensorsHeader(bytesFile("m", read("model.safetensors")), name);
  const file = bytesFile("m", new Uint8Array());
  const tensors = new Map(header.entries.map((entry) => [entry.name, { ...entry, file }]));
  const saved = EdgeTamVideoConfig.parse(JSON.parse(read("config.json").toString()));
  const given = { image_size: saved.imageSize, ...hidden };
  const found = EdgeTamVideoConfig.parse(findConfig(tensors, given, name).config);
  const backbone = saved.visionConfig.backboneConfig;
  // timm has several names for one geometry.
  expect(found.visionConfig.backboneConfig.geometry).toEqual(backbone.geometry);
  const visionConfig = found.visionConfig.with({ backboneConfig: backbone });
  expect(saved.toJSON()).toMatchObject(found.with({ visionConfig }).toJSON());
});
