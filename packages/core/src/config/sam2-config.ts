import { defineConfig, part } from "./define-config.js";
import type { SizePair } from "./field.js";
import {
  alignImageSize,
  checkImageModel,
  embeddingSizeOf,
  imageModelFields,
  maskSizeOf,
  resizeImageModel,
} from "./image-model.js";
import { Sam2VisionConfig } from "./sam2-vision-config.js";

/**
 * The image model. Files of the video model (`model_type: sam2_video`, as published checkpoints have) are taken too; their
 * memory settings are kept as unknown keys.
 *
 * @see `configuration_sam2.py` of transformers 5.23.0
 */
export class Sam2Config extends defineConfig({
  fields: imageModelFields(part(Sam2VisionConfig, "sam2_vision_model"), "sam2"),
  modelTypes: ["sam2", "sam2_video"],
  normalise: alignImageSize,
  check: checkImageModel,
}) {
  /** Side of the model input in pixels. */
  get imageSize(): number {
    return this.promptEncoderConfig.imageSize;
  }

  /** Side of the image embedding in tokens. */
  get embeddingSize(): number {
    return embeddingSizeOf(this);
  }

  /** [height, width] of masks in low resolution, as the model gives and takes them. */
  get maskSize(): SizePair {
    return maskSizeOf(this);
  }

  /**
   * The config for images of another side in pixels: prompt encoder, backbone and feature sizes change together.
   *
   * @throws {ConfigError} the reference cannot run this size; the message names the nearest that it can
   */
  withImageSize(size: number): this {
    return size === this.imageSize ? this : this.with(resizeImageModel(this, size));
  }
}
