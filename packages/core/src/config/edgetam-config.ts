import { defineConfig, part } from "./define-config.js";
import { EdgeTamVisionConfig } from "./edgetam-vision-config.js";
import type { SizePair } from "./field.js";
import {
  checkImageModel,
  embeddingSizeOf,
  imageModelFields,
  maskSizeOf,
  resizeImageModel,
} from "./image-model.js";

/**
 * EdgeTAM's image model: SAM 2 with a mobile backbone. Files of its video model (`model_type: edgetam_video`, as published checkpoints
 * have) are taken too; their memory settings are kept as unknown keys.
 *
 * @see EdgeTAM, arXiv:2501.07256; `configuration_edgetam.py` of transformers 5.23.0
 */
export class EdgeTamConfig extends defineConfig({
  fields: imageModelFields(part(EdgeTamVisionConfig, "edgetam_vision_model"), "edgetam"),
  modelTypes: ["edgetam", "edgetam_video"],
  check: checkImageModel,
}) {
  /**
   * The config for images of another side in pixels: prompt encoder and feature sizes change together.
   *
   * @throws {ConfigError} the reference cannot run this size; the message names the nearest that it can
   */
  withImageSize(size: number): this {
    return size === this.imageSize ? this : this.with(resizeImageModel(this, size));
  }

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
}
