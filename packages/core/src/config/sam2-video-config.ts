import { activation } from "./activation.js";
import { defineConfig, part } from "./define-config.js";
import { int, type SizePair } from "./field.js";
import {
  alignImageSize,
  embeddingSizeOf,
  imageModelFields,
  maskSizeOf,
  resizeImageModel,
} from "./image-model.js";
import { Sam2VisionConfig } from "./sam2-vision-config.js";
import { checkVideoModel, migrateRope, videoFields } from "./video-model.js";

const fields = {
  ...imageModelFields(part(Sam2VisionConfig, "sam2_vision_model"), "sam2_video"),
  ...videoFields(4),
  /** Width of the memory attention's hidden layers. */
  memoryAttentionFeedForwardHiddenSize: int(2048, { min: 1 }),
  memoryAttentionFeedForwardHiddenAct: activation("relu"),
};

/**
 * The video model: the image model, a memory of past frames, and attention to it.
 *
 * @see `configuration_sam2_video.py` of transformers 5.23.0
 */
export class Sam2VideoConfig extends defineConfig({
  fields,
  modelTypes: ["sam2_video"],
  migrate: migrateRope,
  normalise: alignImageSize,
  check: checkVideoModel,
}) {
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
    return this.embeddingSize ** 2;
  }

  /**
   * The config for frames of another side in pixels: prompt encoder, backbone, feature sizes and rotary sizes change together.
   *
   * @throws {ConfigError} the reference cannot run this size; the message names the nearest that it can
   */
  withImageSize(size: number): this {
    if (size === this.imageSize) return this;
    const parts = resizeImageModel(this, size);
    const side = Math.floor(size / this.promptEncoderConfig.patchSize);
    return this.with({ ...parts, imageSize: size, memoryAttentionRopeFeatSizes: [side, side] });
  }
}
