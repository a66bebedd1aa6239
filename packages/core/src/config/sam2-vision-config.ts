import { defineConfig, part } from "./define-config.js";
import { float, int, ints, pairs, refuse, type SizePair, text, type Values } from "./field.js";
import { levelSizes } from "./level-sizes.js";
import { CONFIG_LIMITS } from "./limits.js";
import { Sam2HieraDetConfig } from "./sam2-hiera-det-config.js";

const { extent, listLength } = CONFIG_LIMITS;

const fields = {
  /** The image backbone. */
  backboneConfig: part(Sam2HieraDetConfig, "sam2_hiera_det_model"),
  /** Channels that the neck takes from the stages, last stage first. */
  backboneChannelList: ints([768, 384, 192, 96], { min: 1 }),
  /** [height, width] of the feature levels in tokens, finest first. */
  backboneFeatureSizes: pairs(
    [
      [256, 256],
      [128, 128],
      [64, 64],
    ],
    { min: 1, max: extent },
  ),
  /** Channels of every feature level; a multiple of 4 (its position encoding is sine and cosine of two axes). */
  fpnHiddenSize: int(256, { min: 4 }),
  /** Side of the neck's convolution kernels. */
  fpnKernelSize: int(1, { min: 1, max: extent }),
  /** Stride of the neck's convolutions. */
  fpnStride: int(1, { min: 1, max: extent }),
  /** Zeros around the input of the neck's convolutions. */
  fpnPadding: int(0, { max: extent }),
  /** Stages whose level gets the next coarser level added, doubled in size. The last stage has none, so naming it has no effect. */
  fpnTopDownLevels: ints(
    [2, 3],
    { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER },
    { max: listLength },
  ),
  /** How many levels are used, finest first; more than there are means all. */
  numFeatureLevels: int(3, { min: 1 }),
  /** Not used: the neck has no activation. */
  hiddenAct: text("gelu"),
  /** Not used: the neck has no normalisation. */
  layerNormEps: float(1e-6, { min: 0 }),
  /** For training only. */
  initializerRange: float(0.02),
};

function check(values: Values<typeof fields>, at: (key: string) => string): void {
  const { backboneChannelList: channels, backboneConfig, fpnHiddenSize } = values;
  const dims = backboneConfig.embedDimPerStage;
  const expected = dims.slice(0, channels.length).reverse();
  if (channels.length > dims.length || channels.some((count, i) => count !== expected[i])) {
    const advice = "the neck takes each stage's channels, last stage first";
    refuse(
      at("backbone_channel_list"),
      `[${[...dims].reverse()}], embed_dim_per_stage reversed`,
      channels,
      advice,
    );
  }
  if (fpnHiddenSize % 4 !== 0) {
    const advice = "position encodings are sine and cosine of two axes";
    refuse(at("fpn_hidden_size"), "a multiple of 4", fpnHiddenSize, advice);
  }
}

/**
 * Backbone and neck: one feature level per stage, all with the same channels.
 *
 * @see `configuration_sam2.py` of transformers 5.23.0
 */
export class Sam2VisionConfig extends defineConfig({
  fields,
  modelTypes: ["sam2_vision_model"],
  partOf: { sam2: ["vision_config"], sam2_video: ["vision_config"] },
  check,
}) {
  /**
   * [height, width] of the feature levels in tokens, finest first, `numFeatureLevels` at most, for `backboneConfig.imageSize`.
   *
   * @throws {ConfigError} the reference cannot run this image size or these top-down levels
   */
  get levelSizes(): readonly SizePair[] {
    return levelSizes(this, this.backboneConfig.imageSize, "backbone_config.image_size");
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
