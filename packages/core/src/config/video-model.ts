import { activation } from "./activation.js";
import { bool, choice, float, int, ints, number, record, refuse, type Values } from "./field.js";
import { checkImageModel, type ImageModelValues } from "./image-model.js";
import type { JsonObject } from "./json.js";
import { CONFIG_LIMITS } from "./limits.js";
import { convolved } from "./stage-sizes.js";

const { depth, extent, imageSize } = CONFIG_LIMITS;

/** Rotary position encoding of the memory attention. */
export interface RopeParameters extends JsonObject {
  /** `"axial"`: half of the channels turn with x, half with y. */
  readonly rope_type: string;
  /** Base of the wavelengths. */
  readonly rope_theta: number;
}

/** Settings of the memory that SAM 2 and EdgeTAM share. @param layers  of the memory attention */
export function videoFields(layers: number) {
  return {
    /** Memories that a frame looks back to: one conditioning row, the rest of recent frames. */
    numMaskmem: int(7, { min: 1, max: depth }),
    /** Side of the model input in pixels; equal to the prompt encoder's. */
    imageSize: int(1024, { min: 1, max: imageSize }),
    /** Masks enter the memory encoder as sigmoid · this + the bias below. */
    sigmoidScaleForMemEnc: float(20),
    sigmoidBiasForMemEnc: float(-10),
    /** Whether memories of hidden objects get a learned vector added (off in SAM 2.0). */
    enableOcclusionSpatialEmbedding: bool(true),
    /** Whether prompted frames may use the multimask outputs. */
    multimaskOutputInSam: bool(true),
    /** Fewest points of a prompt for which they are used; a box counts two. */
    multimaskMinPtNum: int(0),
    /** Most points of a prompt for which they are used. */
    multimaskMaxPtNum: int(1),
    /** Whether tracked frames use the multimask outputs too. */
    multimaskOutputForTracking: bool(true),
    /** Object pointers that a frame looks at. */
    maxObjectPointersInEncoder: int(16, { max: depth }),
    /** Conditioning frames that a frame looks at; -1 for all. */
    maxCondFrameNum: int(-1, { min: -1 }),
    /** Whether pointers carry their distance in time (off in SAM 2.0). */
    enableTemporalPosEncodingForObjectPointers: bool(true),
    /** Channels of the memory attention. */
    memoryAttentionHiddenSize: int(256, { min: 4 }),
    /** Each is self attention, cross attention to the memories, and an MLP. */
    memoryAttentionNumLayers: int(layers, { min: 1, max: depth }),
    /** Each of a multiple of 4 channels. */
    memoryAttentionNumAttentionHeads: int(1, { min: 1 }),
    /** Attention computes in `memoryAttentionHiddenSize` over this many channels. */
    memoryAttentionDownsampleRate: int(1, { min: 1 }),
    /** For training only. */
    memoryAttentionDropout: number(0.1),
    /** [height, width] of the image embedding in tokens, for the rotary encoding. */
    memoryAttentionRopeFeatSizes: ints([64, 64], { min: 1, max: extent }, { min: 2, max: 2 }),
    /** For training only. */
    memoryAttentionRopeDropout: number(0.1),
    /** Channels of the memory encoder. */
    memoryEncoderHiddenSize: int(256, { min: 4 }),
    /** Channels of a memory. The reference can run 64 only. */
    memoryEncoderOutputChannels: int(64, { min: 1 }),
    /** Rotary position encoding of the memory attention. */
    ropeParameters: record<RopeParameters>({ rope_type: "axial", rope_theta: 10_000 }, readRope, [
      "rope_theta",
    ]),
    /** Channels of the mask downsampler's output. */
    maskDownsamplerEmbedDim: int(256, { min: 1 }),
    /** Side of the mask downsampler's kernels, and their stride and padding. */
    maskDownsamplerKernelSize: int(3, { min: 1, max: extent }),
    maskDownsamplerStride: int(2, { min: 2, max: extent }),
    maskDownsamplerPadding: int(1, { max: extent }),
    /** Product of the strides of its layers. */
    maskDownsamplerTotalStride: int(16, { min: 1, max: extent }),
    maskDownsamplerHiddenAct: activation("gelu"),
    memoryFuserNumLayers: int(2, { max: depth }),
    /** Channels of the fuser's blocks. */
    memoryFuserEmbedDim: int(256, { min: 1 }),
    /** Width of their hidden layers. */
    memoryFuserIntermediateDim: int(1024, { min: 1 }),
    /** Side of their depthwise kernels, and its padding. */
    memoryFuserKernelSize: int(7, { min: 1, max: extent }),
    memoryFuserPadding: int(3, { max: extent }),
    /** For training only. */
    memoryFuserLayerScaleInitValue: float(1e-6),
    memoryFuserHiddenAct: activation("gelu"),
  };
}

export type VideoModelValues = ImageModelValues & Values<ReturnType<typeof videoFields>>;

const ropeType = choice("axial", ["axial"], "the memory attention turns channels by x and y");
const ropeTheta = number(10_000, { min: Number.MIN_VALUE });

function readRope(value: JsonObject, path: string): RopeParameters {
  const read = <T>(key: string, field: { read(value: unknown, path: string): T; fallback(): T }): T =>
    Object.hasOwn(value, key) ? field.read(value[key], `${path}.${key}`) : field.fallback();
  return { ...value, rope_type: read("rope_type", ropeType), rope_theta: read("rope_theta", ropeTheta) };
}

/** Files of earlier releases have `memory_attention_rope_theta` where `rope_parameters.rope_theta` is now. */
export function migrateRope(json: JsonObject): JsonObject {
  const { memory_attention_rope_theta: theta, ...rest } = json;
  if (theta === undefined || theta === null) return json;
  const rope = typeof rest.rope_parameters === "object" ? rest.rope_parameters : undefined;
  return { ...rest, rope_parameters: { ...rope, rope_theta: theta } };
}

/** Rules between the settings, each as the reference fails without it. */
export function checkVideoModel(values: VideoModelValues, at: (key: string) => string): void {
  checkImageModel(values, at);
  const { promptEncoderConfig, maskDecoderConfig } = values;
  const channels = maskDecoderConfig.hiddenSize;
  const side = Math.floor(promptEncoderConfig.imageSize / promptEncoderConfig.patchSize);
  const expect = (key: string, got: unknown, wanted: unknown, why: string): void => {
    if (JSON.stringify(got) !== JSON.stringify(wanted)) refuse(at(key), JSON.stringify(wanted), got, why);
  };
  expect(
    "image_size",
    values.imageSize,
    promptEncoderConfig.imageSize,
    "it is the prompt encoder's image_size",
  );
  expect(
    "memory_attention_rope_feat_sizes",
    values.memoryAttentionRopeFeatSizes,
    [side, side],
    "it is the size of the image embedding",
  );
  expect(
    "memory_encoder_output_channels",
    values.memoryEncoderOutputChannels,
    64,
    "the reference can run nothing else",
  );
  expect("memory_attention_hidden_size", values.memoryAttentionHiddenSize, channels, "it takes image tokens");
  expect("memory_encoder_hidden_size", values.memoryEncoderHiddenSize, channels, "it takes image features");
  expect(
    "mask_downsampler_embed_dim",
    values.maskDownsamplerEmbedDim,
    channels,
    "masks are added to image features",
  );
  expect(
    "memory_fuser_embed_dim",
    values.memoryFuserEmbedDim,
    channels,
    "it takes the memory encoder's features",
  );
  if (channels % 64 !== 0) {
    refuse(
      at("mask_decoder_config.hidden_size"),
      "a multiple of 64",
      channels,
      "object pointers are cut into memories",
    );
  }
  checkMemoryAttention(values, at);
  checkMemoryEncoder(values, side, at);
}

function checkMemoryAttention(values: VideoModelValues, at: (key: string) => string): void {
  const { memoryAttentionHiddenSize: channels, memoryAttentionNumAttentionHeads: heads } = values;
  const rate = values.memoryAttentionDownsampleRate;
  const headSize = channels / (rate * heads);
  if (!Number.isInteger(headSize) || headSize % 4 !== 0) {
    const key = "memory_attention_num_attention_heads";
    const expected = `heads of a multiple of 4 channels out of ${channels} / ${rate}`;
    refuse(at(key), expected, heads, "rotary encoding turns pairs of channels by x and by y");
  }
  const pointers = values.maxObjectPointersInEncoder;
  if (values.enableTemporalPosEncodingForObjectPointers && pointers < 2) {
    const advice = "their distance in time is counted in parts of this number less one";
    refuse(at("max_object_pointers_in_encoder"), "at least 2", pointers, advice);
  }
}

function checkMemoryEncoder(values: VideoModelValues, side: number, at: (key: string) => string): void {
  const { maskDownsamplerStride: stride, maskDownsamplerTotalStride: total } = values;
  const layers = Math.floor(Math.log2(total) / Math.log2(stride));
  let pixels = values.imageSize;
  for (let layer = 0; layer < layers; layer++) {
    pixels = convolved(pixels, values.maskDownsamplerKernelSize, stride, values.maskDownsamplerPadding);
  }
  if (pixels !== side) {
    const expected = `a stride that makes ${side} tokens of ${values.imageSize} pixels`;
    refuse(at("mask_downsampler_total_stride"), expected, total, `it makes ${pixels}`);
  }
  const { memoryFuserKernelSize: kernel, memoryFuserPadding: padding } = values;
  if (values.memoryFuserNumLayers > 0 && kernel !== 2 * padding + 1) {
    const expected = `${(kernel - 1) / 2}, half of memory_fuser_kernel_size`;
    refuse(at("memory_fuser_padding"), expected, padding, "its blocks keep the size");
  }
}
