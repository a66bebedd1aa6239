import { activation } from "./activation.js";
import { defineConfig, part } from "./define-config.js";
import { EdgeTamVisionConfig } from "./edgetam-vision-config.js";
import { int, ints, number, refuse, type SizePair, type Values } from "./field.js";
import { embeddingSizeOf, imageModelFields, maskSizeOf, resizeImageModel } from "./image-model.js";
import { CONFIG_LIMITS } from "./limits.js";
import { checkVideoModel, migrateRope, videoFields } from "./video-model.js";

const { depth, extent, width } = CONFIG_LIMITS;

const fields = {
  ...imageModelFields(part(EdgeTamVisionConfig, "edgetam_vision_model"), "edgetam_video"),
  ...videoFields(2),
  /** Width of the memory attention's hidden layers. */
  memoryAttentionMlpHiddenSize: int(2048, { min: 1 }),
  memoryAttentionMlpHiddenAct: activation("relu"),
  /** [height, width] of the grid of memory tokens that have a place, for the rotary encoding. */
  memoryAttentionRopeKSizes: ints([16, 16], { min: 1, max: extent }, { min: 2, max: 2 }),
  /** Memory tokens of a frame that see all of it and have no place. */
  perceiverResamplerNumLatents: int(256, { max: width }),
  /** Memory tokens of a frame that see a window of it: a square number. */
  perceiverResamplerNumLatents2d: int(256, { min: 1, max: width }),
  /** Channels of the perceiver; equal to a memory's. */
  perceiverResamplerHiddenSize: int(64, { min: 1 }),
  /** Width of its hidden layers. */
  perceiverResamplerMlpIntermediateSize: int(256, { min: 1 }),
  perceiverResamplerNumAttentionHeads: int(1, { min: 1 }),
  perceiverResamplerAttentionHeadDim: int(64, { min: 1 }),
  perceiverResamplerNumLayers: int(2, { max: depth }),
  /** For training only. */
  perceiverResamplerHiddenDropout: number(0),
  /** For training only. */
  perceiverResamplerAttentionDropout: number(0),
};

/** Rules between the settings, each as the reference fails without it. */
function check(values: Values<typeof fields>, at: (key: string) => string): void {
  checkVideoModel(values, at);
  const { perceiverResamplerHiddenSize: channels, memoryEncoderOutputChannels: memory } = values;
  if (channels !== memory) {
    const expected = `${memory}, as memory_encoder_output_channels`;
    refuse(
      at("perceiver_resampler_hidden_size"),
      expected,
      channels,
      "it takes the memory encoder's features",
    );
  }
  const heads = values.perceiverResamplerNumAttentionHeads;
  const headSize = values.perceiverResamplerAttentionHeadDim;
  if (heads * headSize !== channels) {
    const expected = `${channels} / ${heads} heads`;
    refuse(
      at("perceiver_resampler_attention_head_dim"),
      expected,
      headSize,
      "places are added to keys as they are",
    );
  }
  const { imageSize, patchSize } = values.promptEncoderConfig;
  const side = Math.floor(imageSize / patchSize);
  const placed = values.perceiverResamplerNumLatents2d;
  const windows = Math.sqrt(placed);
  if (!Number.isInteger(windows) || side % windows !== 0) {
    const expected = `the square of a divisor of ${side}, the side of the image embedding`;
    refuse(at("perceiver_resampler_num_latents_2d"), expected, placed, "each sees a window of its own");
  }
  const [height, columns] = values.memoryAttentionRopeKSizes as [number, number];
  const tokens = values.perceiverResamplerNumLatents + placed;
  if (height * columns > tokens) {
    const expected = `at most ${tokens} places, as many as memory tokens of a frame`;
    refuse(at("memory_attention_rope_k_sizes"), expected, [height, columns], "choose a smaller grid");
  }
}

/**
 * EdgeTAM's video model: a mobile backbone, and a memory of `perceiverResamplerNumLatents + perceiverResamplerNumLatents2d` tokens a frame.
 *
 * A file without `vision_config` gets EdgeTAM's; the reference takes SAM 2's there.
 *
 * @see EdgeTAM, arXiv:2501.07256; `configuration_edgetam_video.py` of transformers 5.23.0
 */
export class EdgeTamVideoConfig extends defineConfig({
  fields,
  modelTypes: ["edgetam_video"],
  migrate: migrateRope,
  check,
}) {
  /**
   * The config for frames of another side in pixels: prompt encoder, feature sizes and rotary sizes change together.
   *
   * @throws {ConfigError} the reference cannot run this size; the message names the nearest that it can
   */
  withImageSize(size: number): this {
    if (size === this.imageSize) return this;
    const parts = resizeImageModel(this, size);
    const side = Math.floor(size / this.promptEncoderConfig.patchSize);
    return this.with({ ...parts, imageSize: size, memoryAttentionRopeFeatSizes: [side, side] });
  }

  /** Side of the image embedding in tokens. */
  get embeddingSize(): number {
    return embeddingSizeOf(this);
  }

  /** [height, width] of masks in low resolution, as the model gives and takes them. */
  get maskSize(): SizePair {
    return maskSizeOf(this);
  }

  /** Tokens that are remembered of a frame. */
  get memoryTokens(): number {
    return this.perceiverResamplerNumLatents + this.perceiverResamplerNumLatents2d;
  }
}
