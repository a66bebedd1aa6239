import { defineConfig, part } from "./define-config.js";
import { type SizePair, sizePairOf } from "./field.js";
import { levelSizes } from "./level-sizes.js";
import { checkNeck, neckFields } from "./neck-fields.js";
import { RepVitConfig } from "./repvit-config.js";

const fields = {
  /** The image backbone. */
  backboneConfig: part(RepVitConfig, "timm_wrapper"),
  ...neckFields([384, 192, 96, 48]),
};

/**
 * EdgeTAM's backbone and neck: one feature level per stage, all with the same channels.
 *
 * A file without `backbone_config` gets RepViT-M1, as published checkpoints have; the reference's own default there misspells a key and
 * makes another network.
 *
 * @see `configuration_edgetam.py` of transformers 5.23.0
 */
export class EdgeTamVisionConfig extends defineConfig({
  fields,
  modelTypes: ["edgetam_vision_model"],
  partOf: { edgetam: ["vision_config"], edgetam_video: ["vision_config"] },
  check: checkNeck,
}) {
  /** [height, width] of the model input in pixels: four times the finest level, which is all that a file says about it. */
  get imageSize(): SizePair {
    const [height, width] = this.backboneFeatureSizes[0] as SizePair;
    return [4 * height, 4 * width];
  }

  /** Colours of the image. */
  get numChannels(): number {
    return this.backboneConfig.numChannels;
  }

  /**
   * [height, width] of the feature levels in tokens, finest first, `numFeatureLevels` at most.
   *
   * @throws {ConfigError} a level cannot be added to the next one
   */
  get levelSizes(): readonly SizePair[] {
    return levelSizes(this, this.imageSize, "backbone_feature_sizes");
  }

  /**
   * The config for images of another size in pixels: a square's side, or [height, width].
   *
   * @throws {ConfigError} a level cannot be added to the next one
   */
  withImageSize(size: number | SizePair): this {
    return this.with({ backboneFeatureSizes: levelSizes(this, sizePairOf(size), "imageSize") });
  }
}
