import { ConfigError, type VideoModelConfig } from "@sam2js/core";
import { checkConfig } from "../arguments/check-arguments.js";

/** Sizes of the memory half that its parts share: the one description of how memories and pointers are laid out. */
export interface MemoryGeometry {
  /** Side of the image embedding in tokens. */
  readonly side: number;
  /** N = side², tokens of the image embedding. */
  readonly tokens: number;
  /** C, channels of the image embedding and of pointers. */
  readonly channels: number;
  /** Tokens that are remembered of a frame: N, or those of EdgeTAM's perceiver. */
  readonly memoryTokens: number;
  /** D, channels of a memory. */
  readonly memoryChannels: number;
  /** Heads of the memory attention. */
  readonly heads: number;
  /** Channels in which the memory attention computes. */
  readonly inner: number;
  /** Channels of one head of it. */
  readonly headSize: number;
}

/** Pixels per token, and so the size of mask prompts, are fixed in the reference's video model. */
const PATCH_SIZE = 16;

/** ε of the memory attention's norms and of the memory encoder's: the config has no say in them. */
export const ATTENTION_EPSILON = 1e-5;
export const ENCODER_EPSILON = 1e-6;

/** @throws {ConfigError} image tokens are not 16 pixels wide */
export function memoryGeometry(config: VideoModelConfig): MemoryGeometry {
  checkConfig(config, "promptEncoderConfig", "memoryAttentionHiddenSize");
  const { patchSize } = config.promptEncoderConfig;
  if (patchSize !== PATCH_SIZE) {
    throw new ConfigError(
      `prompt_encoder_config.patch_size: expected ${PATCH_SIZE}, got ${patchSize}; mask prompts of videos are cut into such squares`,
      { path: "prompt_encoder_config.patch_size", expected: PATCH_SIZE, got: patchSize },
    );
  }
  const channels = config.memoryAttentionHiddenSize;
  const inner = Math.floor(channels / config.memoryAttentionDownsampleRate);
  const heads = config.memoryAttentionNumAttentionHeads;
  const side = config.embeddingSize;
  return {
    side,
    tokens: side * side,
    channels,
    memoryTokens: config.memoryTokens,
    memoryChannels: config.memoryEncoderOutputChannels,
    heads,
    inner,
    headSize: inner / heads,
  };
}
