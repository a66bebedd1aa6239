import { activation } from "./activation.js";
import { defineConfig } from "./define-config.js";
import { float, int, refuse, type Values } from "./field.js";
import { CONFIG_LIMITS } from "./limits.js";

const { extent, imageSize } = CONFIG_LIMITS;

const fields = {
  /** Channels of a prompt token; equal to the decoder's. */
  hiddenSize: int(256, { min: 2 }),
  /** Side of the model input in pixels, to which prompt coordinates refer. */
  imageSize: int(1024, { min: 1, max: imageSize }),
  /** Pixels of the model input per token of the image embedding. */
  patchSize: int(16, { min: 1, max: extent }),
  /** Channels of the mask embedding's second convolution; its first has a quarter of them. */
  maskInputChannels: int(16, { min: 4 }),
  /** Learned embeddings of point labels: 0 outside, 1 inside, 2 and 3 corners of a box. */
  numPointEmbeddings: int(4, { min: 4 }),
  /** Activation of the mask embedding. */
  hiddenAct: activation("gelu"),
  /** Added to the variance by the layer norms of the mask embedding. */
  layerNormEps: float(1e-6, { min: 0 }),
  /** Standard deviation of the random position matrix, for training only. */
  scale: int(1, { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
};

function check(values: Values<typeof fields>, at: (key: string) => string): void {
  if (values.hiddenSize % 2 !== 0) {
    const advice = "position encodings are half sine, half cosine";
    refuse(at("hidden_size"), "an even number", values.hiddenSize, advice);
  }
  if (values.maskInputChannels % 4 !== 0) {
    const advice = "the mask embedding grows its channels by 4";
    refuse(at("mask_input_channels"), "a multiple of 4", values.maskInputChannels, advice);
  }
}

/**
 * The prompt encoder: points, boxes and masks to tokens.
 *
 * @see `configuration_sam2.py` of transformers 5.23.0
 */
export class Sam2PromptEncoderConfig extends defineConfig({
  fields,
  modelTypes: [
    "sam2_prompt_encoder",
    "sam2_video_prompt_encoder",
    "edgetam_prompt_encoder",
    "edgetam_video_prompt_encoder",
  ],
  partOf: {
    sam2: ["prompt_encoder_config"],
    sam2_video: ["prompt_encoder_config"],
    edgetam: ["prompt_encoder_config"],
    edgetam_video: ["prompt_encoder_config"],
  },
  check,
}) {}
