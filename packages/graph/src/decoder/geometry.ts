import type { ImageModelConfig } from "@sam2js/core";
import { checkConfig } from "../arguments/check-arguments.js";

/** Sizes of the mask decoder that its parts share. */
export interface DecoderGeometry {
  /** C, channels of tokens and image. */
  readonly channels: number;
  /** [h, w] of the image embedding in tokens. */
  readonly height: number;
  readonly width: number;
  readonly heads: number;
  /** Channels in which cross attention computes, and of one head of it. */
  readonly inner: number;
  readonly headSize: number;
  readonly layers: number;
  /** Mask tokens: one for clear prompts, then those for ambiguous ones. */
  readonly masks: number;
  /** Channels after the first and second upscaling. */
  readonly fine: readonly [number, number];
}

export function decoderGeometry(config: ImageModelConfig): DecoderGeometry {
  checkConfig(config, "maskDecoderConfig", "promptEncoderConfig");
  const { maskDecoderConfig: decoder, promptEncoderConfig: prompt } = config;
  const { hiddenSize: channels, numAttentionHeads: heads } = decoder;
  const inner = Math.floor(channels / decoder.attentionDownsampleRate);
  const side = Math.floor(prompt.imageSize / prompt.patchSize);
  return {
    channels,
    height: side,
    width: side,
    heads,
    inner,
    headSize: inner / heads,
    layers: decoder.numHiddenLayers,
    masks: decoder.numMultimaskOutputs + 1,
    fine: [Math.floor(channels / 4), Math.floor(channels / 8)],
  };
}

/** ε of the decoder's token norms (PyTorch's default) and of its upscaling: the config has no say in them. */
export const TOKEN_EPSILON = 1e-5;
export const UPSCALING_EPSILON = 1e-6;
