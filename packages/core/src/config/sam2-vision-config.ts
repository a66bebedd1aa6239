import { defineConfig, part } from "./define-config.js";
import type { SizePair } from "./field.js";
import { levelSizes } from "./level-sizes.js";
import { checkNeck, neckFields } from "./neck-fields.js";
import { Sam2HieraDetConfig } from "./sam2-hiera-det-config.js";

const fields = {
  /** The image backbone. */
  backboneConfig: part(Sam2HieraDetConfig, "sam2_hiera_det_model"),
  ...neckFields([768, 384, 192, 96]),
};

/**
 * Backbone and neck: one feature level per stage, all with the same channels.
 *
 * @see `configuration_sam2.py` of transformers 5.23.0
 */
export class Sam2VisionConfig extends defineConfig({
  fields,
  modelTypes: ["sam2_vision_model"],
  partOf: { sam2: ["vision_config"], sam2_video: ["vision_config"] },
  check: checkNeck,
}) {
  /** [height, width] of the model input in pixels. */
  get imageSize(): SizePair {
    return this.backboneConfig.imageSize;
  }

  /** Colours of the image. */
  get numChannels(): number {
    return this.backboneConfig.numChannels;
  }

  /**
   * [height, width] of the feature levels in tokens, finest first, `numFeatureLevels` at most, for `backboneConfig.imageSize`.
   *
   * @throws {ConfigError} the reference cannot run this image size or these top-down levels
   */
  get levelSizes(): readonly SizePair[] {
    return levelSizes(this, this.imageSize, "backbone_config.image_size");
  }

  /**
   * The config for images of another size in pixels: a square's side, or [height, width].
   *
   * @throws {ConfigError} see `levelSizes`
   */
  withImageSize(size: number | SizePair): this {
    const backboneConfig = this.backboneConfig.withImageSize(size);
    const backboneFeatureSizes = levelSizes(
      { ...this, backboneConfig },
      backboneConfig.imageSize,
      "imageSize",
    );
    return this.with({ backboneConfig, backboneFeatureSizes });
  }
}
