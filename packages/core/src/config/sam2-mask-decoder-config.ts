import { defineConfig } from "./define-config.js";
import { bool, float, int, refuse, text, type Values } from "./field.js";
import { CONFIG_LIMITS } from "./limits.js";

const { depth } = CONFIG_LIMITS;

const fields = {
  /** Channels of tokens and image embedding. */
  hiddenSize: int(256, { min: 8 }),
  /** Not used: the decoder's hidden layers are ReLU, its upscaling is GELU. */
  hiddenAct: text("gelu"),
  /** Width of the hidden layers of a transformer layer's MLP. */
  mlpDim: int(2048, { min: 1 }),
  /** Layers of the two-way transformer. Their MLPs are max(2, this) linear layers deep. */
  numHiddenLayers: int(2, { min: 1, max: depth }),
  /** Attention heads. */
  numAttentionHeads: int(8, { min: 1 }),
  /** Cross attention computes in `hiddenSize` over this many channels, rounded down. */
  attentionDownsampleRate: int(2, { min: 1 }),
  /** Masks for an ambiguous prompt; one more is made for clear ones. */
  numMultimaskOutputs: int(3, { min: 1, max: depth }),
  /** Linear layers of the head that predicts a mask's IoU; less than 2 counts as 2. */
  iouHeadDepth: int(3, { max: depth }),
  /** Width of that head's hidden layers. */
  iouHeadHiddenDim: int(256, { min: 1 }),
  /** Where one mask is asked for and it is not stable, whether the best of the multimask outputs takes its place. */
  dynamicMultimaskViaStability: bool(true),
  /** Half the width of the band of logits, around 0, in which a stable mask has few pixels. */
  dynamicMultimaskStabilityDelta: float(0.05),
  /** Least stability, 0 to 1: pixels above the band over pixels above or in it. */
  dynamicMultimaskStabilityThresh: float(0.98),
};

function check(values: Values<typeof fields>, at: (key: string) => string): void {
  const { hiddenSize, numAttentionHeads: heads, attentionDownsampleRate: rate } = values;
  if (hiddenSize % heads !== 0) {
    const expected = `a divisor of hidden_size = ${hiddenSize}`;
    refuse(at("num_attention_heads"), expected, heads, "heads share the channels equally");
  }
  const inner = Math.floor(hiddenSize / rate);
  if (inner < 1 || inner % heads !== 0) {
    const expected = `a rate that leaves channels for ${heads} heads`;
    refuse(
      at("attention_downsample_rate"),
      expected,
      rate,
      `it leaves ${inner} of ${hiddenSize}; choose another`,
    );
  }
}

/**
 * The mask decoder: a two-way transformer between tokens and image, then upscaling.
 *
 * @see `configuration_sam2.py` of transformers 5.23.0
 */
export class Sam2MaskDecoderConfig extends defineConfig({
  fields,
  modelTypes: [
    "sam2_mask_decoder",
    "sam2_video_mask_decoder",
    "edgetam_mask_decoder",
    "edgetam_video_mask_decoder",
  ],
  partOf: {
    sam2: ["mask_decoder_config"],
    sam2_video: ["mask_decoder_config"],
    edgetam: ["mask_decoder_config"],
    edgetam_video: ["mask_decoder_config"],
  },
  check,
}) {}
