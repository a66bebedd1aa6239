import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../errors/errors.js";
import { Sam2Config } from "./sam2-config.js";
import { Sam2HieraDetConfig } from "./sam2-hiera-det-config.js";
import { Sam2MaskDecoderConfig } from "./sam2-mask-decoder-config.js";
import { Sam2PromptEncoderConfig } from "./sam2-prompt-encoder-config.js";
import { Sam2VideoConfig } from "./sam2-video-config.js";
import { Sam2VisionConfig } from "./sam2-vision-config.js";

const folder = new URL("./__fixtures__/saved/", import.meta.url);
const saved = (name: string): string => readFileSync(new URL(`${name}.json`, folder), "utf8");
const names = readdirSync(folder).map((file) => file.replace(".json", ""));
const classes = {
  image: Sam2Config,
  video: Sam2VideoConfig,
  vision: Sam2VisionConfig,
  hiera: Sam2HieraDetConfig,
};
const classOf = (name: string) => classes[name.split("-")[0] as keyof typeof classes] as typeof Sam2Config;

describe("files of the reference", () => {
  it.each(names)("%s comes back as it was, key by key", (name) => {
    const json = JSON.parse(saved(name));
    expect(classOf(name).parse(json).toJSON()).toEqual(json);
  });

  it.each(names)("%s is written with the floats and ints that the reference insists on", (name) => {
    const numbers = (text: string) =>
      [...text.matchAll(/"(\w+)": (-?[\d.e-]+)(?=[,\n])/g)].map(([, key, value]) => `${key} ${value}`).sort();
    const spelt = (line: string) => line.replace("1e-06", "0.000001");
    expect(
      numbers(
        classOf(name)
          .parse(JSON.parse(saved(name)))
          .stringify(),
      ),
    ).toEqual(numbers(saved(name)).map(spelt));
  });

  it.each(["image", "video"])("the defaults of the %s model are the reference's", (kind) => {
    const known = JSON.parse(saved(`${kind}-default`));
    const defaults = classOf(kind).defaults().toJSON();
    expect(known).toMatchObject(defaults);
    expect(classOf(kind).parse({}).toJSON()).toEqual(defaults);
  });

  it("the video model's file is an image model too, and keeps its memory settings", () => {
    const json = JSON.parse(saved("video-tiny"));
    const config = Sam2Config.parse(json);
    expect(config.imageSize).toBe(64);
    expect(config.toJSON()).toEqual(json);
  });

  it("parts are found in the file of a whole model", () => {
    const json = JSON.parse(saved("video-tiny"));
    expect(Sam2VisionConfig.parse(json).fpnHiddenSize).toBe(64);
    expect(Sam2HieraDetConfig.parse(json).embedDimPerStage).toEqual([8, 16, 24, 32]);
    expect(Sam2HieraDetConfig.parse(JSON.parse(saved("vision-tiny"))).hiddenSize).toBe(8);
    expect(Sam2PromptEncoderConfig.parse(json).imageSize).toBe(64);
    expect(Sam2MaskDecoderConfig.parse(json).mlpDim).toBe(32);
    expect(Sam2VisionConfig.parse({ model_type: "sam2" }).fpnHiddenSize).toBe(256);
  });
});

describe("parse", () => {
  it("takes null, missing parts, and one number for two where the reference does", () => {
    const hiera = Sam2HieraDetConfig.parse({
      image_size: 512,
      patch_kernel_size: 7,
      patch_stride: null,
      blocks_per_stage: null,
    });
    expect(hiera.imageSize).toEqual([512, 512]);
    expect(hiera.patchKernelSize).toEqual([7, 7]);
    expect(hiera.patchStride).toEqual([4, 4]);
    expect(hiera.blocksPerStage).toEqual([1, 2, 7, 2]);
    const config = Sam2Config.parse({ model_type: "sam2_video", vision_config: null });
    expect(config.visionConfig.backboneConfig.embedDimPerStage).toEqual([96, 192, 384, 768]);
  });

  it("keeps unknown keys at every depth, and writes nothing else anew", () => {
    const json = {
      note: { by: ["me"] },
      vision_config: { extra: null, backbone_config: { drop_path: 0.1 } },
      mask_decoder_config: { unknown: { nested: true } },
    };
    expect(Sam2Config.parse(json).toJSON()).toMatchObject(json);
  });

  it("does not depend on the object that was given, which it leaves alone", () => {
    const json = JSON.parse(saved("image-tiny"));
    const before = structuredClone(json);
    const config = Sam2Config.parse(json);
    json.vision_config.backbone_config.blocks_per_stage[0] = 9;
    expect(config.toJSON()).toEqual(before);
    const written = config.toJSON() as typeof json;
    written.vision_config.backbone_config.blocks_per_stage = [];
    expect(config.toJSON()).toEqual(before);
  });

  it("gives immutable configs", () => {
    const config = Sam2Config.defaults();
    const assign = () => Object.assign(config, { initializerRange: 1 });
    expect(assign).toThrow(TypeError);
    expect(Object.isFrozen(config.visionConfig.backboneConfig.blocksPerStage)).toBe(true);
    expect(Object.isFrozen(config.visionConfig.backboneFeatureSizes[0])).toBe(true);
  });

  it("is not led astray by keys of the prototype", () => {
    const text = `{"__proto__": {"polluted": 1, "hidden_size": 4}, "constructor": {"prototype": {"polluted": 1}},
      "mask_decoder_config": {"__proto__": {"mlp_dim": 1}, "toString": 1, "hasOwnProperty": null}}`;
    const config = Sam2Config.parse(JSON.parse(text));
    expect(config.maskDecoderConfig.mlpDim).toBe(2048);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(Object.keys(config.toJSON())).not.toContain("__proto__");
    expect(config.toJSON()).toMatchObject({ constructor: { prototype: { polluted: 1 } } });
    expect(JSON.parse(config.stringify()).mask_decoder_config.toString).toBe(1);
  });

  it.each([
    [null, "config: expected an object, got null"],
    [[], "config: expected an object, got []"],
    ["sam2", 'config: expected an object, got "sam2"'],
    [{ model_type: "sam" }, 'model_type: expected "sam2" or "sam2_video", got "sam"'],
    [{ vision_config: 3 }, "vision_config: expected an object, got 3"],
    [
      { vision_config: { model_type: "vit" } },
      'vision_config.model_type: expected "sam2_vision_model", got "vit"',
    ],
    [
      { mask_decoder_config: { hidden_size: "256" } },
      "mask_decoder_config.hidden_size: expected a whole number",
    ],
    [
      { mask_decoder_config: { hidden_size: null } },
      "mask_decoder_config.hidden_size: expected a whole number",
    ],
    [
      { mask_decoder_config: { hidden_size: true } },
      "mask_decoder_config.hidden_size: expected a whole number",
    ],
    [
      { mask_decoder_config: { mlp_dim: 1e300 } },
      "mask_decoder_config.mlp_dim: expected a whole number from 1",
    ],
    [{ mask_decoder_config: { mlp_dim: 0 } }, "mask_decoder_config.mlp_dim: expected a whole number from 1"],
    [{ initializer_range: "0.02" }, 'initializer_range: expected a number, got "0.02"'],
    [
      { vision_config: { backbone_config: { blocks_per_stage: [1, 2, 1e9, 2] } } },
      "vision_config.backbone_config.blocks_per_stage[2]: expected a whole number from 1 to 1024, got 1000000000",
    ],
    [
      { vision_config: { backbone_config: { blocks_per_stage: new Array(65).fill(1) } } },
      "vision_config.backbone_config.blocks_per_stage: expected a list of 1 to 64 entries",
    ],
    [
      { vision_config: { backbone_config: { hidden_act: "snake" } } },
      'vision_config.backbone_config.hidden_act: expected one of "gelu"',
    ],
    [
      { prompt_encoder_config: { image_size: [1024, 1024] } },
      "prompt_encoder_config.image_size: expected a whole",
    ],
    [
      { prompt_encoder_config: { image_size: 1000 } },
      "prompt_encoder_config.image_size: expected a size with",
    ],
    [
      { prompt_encoder_config: { image_size: 512 } },
      "vision_config.backbone_feature_sizes: expected [[128,128],",
    ],
    [
      { vision_config: { backbone_config: { num_query_pool_stages: 2 } } },
      "fpn_top_down_levels: expected no level 2",
    ],
  ])("refuses %j", (json, message) => {
    const parse = () => Sam2Config.parse(json);
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(message);
  });

  it("names path, expected and got as facts of the error", () => {
    const [error] = [() => Sam2VisionConfig.parse({ backbone_config: { num_channels: 0 } })].map((call) => {
      try {
        return call();
      } catch (thrown) {
        return thrown;
      }
    });
    expect(error).toMatchObject({
      code: "INVALID_CONFIG",
      facts: { path: "backbone_config.num_channels", got: 0 },
    });
  });

  it("names the settings only that are used: a decoder's hidden_act may be anything", () => {
    expect(Sam2MaskDecoderConfig.parse({ hidden_act: "snake" }).hiddenAct).toBe("snake");
  });

  it("refuses, unlike the reference, what only runs there by accident", () => {
    // More than three levels: the reference then leaves out no_memory_embedding. No features in a hidden layer: engines refuse that.
    expect(() => Sam2Config.parse({ vision_config: { num_feature_levels: 4 } })).toThrow(
      "num_feature_levels",
    );
    expect(() => Sam2HieraDetConfig.parse({ mlp_ratio: 0.001 })).toThrow("mlp_ratio");
  });
});

describe("with", () => {
  it("changes settings and keeps the rest, unknown keys too", () => {
    const config = Sam2Config.parse({ note: "mine" });
    const maskDecoderConfig = config.maskDecoderConfig.with({ numMultimaskOutputs: 1 });
    const changed = config.with({ maskDecoderConfig });
    expect(changed.maskDecoderConfig.numMultimaskOutputs).toBe(1);
    expect(config.maskDecoderConfig.numMultimaskOutputs).toBe(3);
    expect(changed.toJSON()).toMatchObject({
      note: "mine",
      mask_decoder_config: { num_multimask_outputs: 1 },
    });
    expect(changed).toBeInstanceOf(Sam2Config);
  });

  it("checks the new settings like a file's", () => {
    const { maskDecoderConfig } = Sam2Config.defaults();
    expect(() => maskDecoderConfig.with({ numAttentionHeads: 7 })).toThrow(
      "num_attention_heads: expected a divisor",
    );
    expect(() => maskDecoderConfig.with({ mlpDim: 1.5 })).toThrow("mlpDim: expected a whole number");
    expect(() => maskDecoderConfig.with(JSON.parse('{"mlp_dim": 3}'))).toThrow("mlp_dim: is no setting");
    expect(() => maskDecoderConfig.with(JSON.parse('{"__proto__": 3}'))).toThrow(ConfigError);
  });
});

describe("withImageSize", () => {
  it("changes prompt encoder, backbone and feature sizes together", () => {
    const config = Sam2Config.parse(JSON.parse(saved("image-default"))).withImageSize(512);
    expect(config.imageSize).toBe(512);
    expect(config.embeddingSize).toBe(32);
    expect(config.promptEncoderConfig.imageSize).toBe(512);
    expect(config.visionConfig.backboneConfig.imageSize).toEqual([512, 512]);
    expect(config.visionConfig.backboneFeatureSizes).toEqual([
      [128, 128],
      [64, 64],
      [32, 32],
    ]);
    expect(Sam2Config.parse(config.toJSON()).toJSON()).toEqual(config.toJSON());
  });

  it("changes the rotary sizes of the video model too", () => {
    const config = Sam2VideoConfig.defaults().withImageSize(256);
    expect([config.imageSize, config.embeddingSize]).toEqual([256, 16]);
    expect(config.memoryAttentionRopeFeatSizes).toEqual([16, 16]);
  });

  it("names the nearest sizes that fit", () => {
    const config = Sam2Config.defaults();
    expect(() => config.withImageSize(1000)).toThrow("imageSize: expected a size with");
    expect(() => config.withImageSize(1000)).toThrow("the nearest that fit are 992 and 1024");
    expect(() => config.withImageSize(0)).toThrow(ConfigError);
    expect(() => config.withImageSize(Number.NaN)).toThrow(ConfigError);
    expect(() => config.withImageSize(10 ** 9)).toThrow(ConfigError);
  });

  it("takes [height, width] for a vision model on its own", () => {
    const config = Sam2VisionConfig.defaults().withImageSize([256, 512]);
    expect(config.backboneFeatureSizes).toEqual([
      [64, 128],
      [32, 64],
      [16, 32],
    ]);
    expect(config.backboneConfig.stageSizes.at(-1)).toEqual([8, 16]);
  });

  it("follows the prompt encoder where the reference ignores the backbone's image size", () => {
    const json = JSON.parse(saved("image-tiny"));
    json.vision_config.backbone_config.image_size = [1024, 1024];
    expect(Sam2Config.parse(json).visionConfig.backboneConfig.imageSize).toEqual([64, 64]);
  });
});

describe("the video model", () => {
  it("reads the rotary base of older files", () => {
    const config = Sam2VideoConfig.parse({ memory_attention_rope_theta: 5000 });
    expect(config.ropeParameters).toEqual({ rope_type: "axial", rope_theta: 5000 });
    expect(config.toJSON()).not.toHaveProperty("memory_attention_rope_theta");
    expect(config.stringify()).toContain('"rope_theta": 5000.0');
  });

  it.each([
    [{ model_type: "sam2" }, 'model_type: expected "sam2_video", got "sam2"'],
    [{ memory_encoder_output_channels: 32 }, "memory_encoder_output_channels: expected 64, got 32"],
    [{ memory_attention_rope_feat_sizes: [32, 32] }, "memory_attention_rope_feat_sizes: expected [64,64]"],
    [{ image_size: 512 }, "image_size: expected 1024, got 512"],
    [{ memory_attention_hidden_size: 128 }, "memory_attention_hidden_size: expected 256"],
    [{ memory_attention_num_attention_heads: 3 }, "memory_attention_num_attention_heads: expected heads"],
    [{ max_object_pointers_in_encoder: 1 }, "max_object_pointers_in_encoder: expected at least 2"],
    [{ mask_downsampler_total_stride: 8 }, "mask_downsampler_total_stride: expected a stride that makes 64"],
    [{ memory_fuser_padding: 1 }, "memory_fuser_padding: expected 3"],
    [{ rope_parameters: { rope_type: "linear" } }, 'rope_parameters.rope_type: expected one of "axial"'],
    [{ rope_parameters: [] }, "rope_parameters: expected an object"],
    [{ num_maskmem: -1 }, "num_maskmem: expected a whole number"],
  ])("refuses %j", (json, message) => {
    const parse = () => Sam2VideoConfig.parse(json);
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(message);
  });

  it("takes SAM 2.0's switches", () => {
    const off = {
      enable_temporal_pos_encoding_for_object_pointers: false,
      enable_occlusion_spatial_embedding: false,
    };
    const config = Sam2VideoConfig.parse({ ...off, max_object_pointers_in_encoder: 1 });
    expect(config.enableTemporalPosEncodingForObjectPointers).toBe(false);
    expect(config.toJSON()).toMatchObject(off);
  });
});

it.each([undefined, {}, { values: {} }])("is not made by its constructor with %j", (state) => {
  const construct = () => Reflect.construct(Sam2Config, [state]);
  expect(construct).toThrow(ConfigError);
  expect(construct).toThrow("Sam2Config.parse(json) or Sam2Config.defaults()");
});
