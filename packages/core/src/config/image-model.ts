import { part } from "./define-config.js";
import { EdgeTamVisionConfig } from "./edgetam-vision-config.js";
import { type Field, float, refuse, type SizePair, type Values } from "./field.js";
import { levelSizes } from "./level-sizes.js";
import { Sam2MaskDecoderConfig } from "./sam2-mask-decoder-config.js";
import { Sam2PromptEncoderConfig } from "./sam2-prompt-encoder-config.js";
import type { Sam2VisionConfig } from "./sam2-vision-config.js";
import { nearestSizes } from "./stage-sizes.js";

/** What all image and video models have in common. @param family  beginning of the parts' `model_type` */
export function imageModelFields<Vision>(visionConfig: Field<Vision>, family: string) {
  return {
    /** Backbone and neck. */
    visionConfig,
    /** Points, boxes and masks to tokens. */
    promptEncoderConfig: part(Sam2PromptEncoderConfig, `${family}_prompt_encoder`),
    /** Tokens and image to masks. */
    maskDecoderConfig: part(Sam2MaskDecoderConfig, `${family}_mask_decoder`),
    /** For training only. */
    initializerRange: float(0.02),
  };
}

/** Backbone and neck of a model: Hiera's or RepViT's. */
export type VisionConfig = Sam2VisionConfig | EdgeTamVisionConfig;

export type ImageModelValues = Values<ReturnType<typeof imageModelFields<VisionConfig>>>;

/** The reference ignores the image size of a Hiera; the prompt encoder's is the one that counts. */
export function alignImageSize<V extends ImageModelValues>(values: V): V {
  const { imageSize } = values.promptEncoderConfig;
  const { visionConfig } = values;
  if (visionConfig instanceof EdgeTamVisionConfig) return values;
  const { backboneConfig } = visionConfig;
  if (backboneConfig.imageSize.every((side) => side === imageSize)) return values;
  return {
    ...values,
    visionConfig: visionConfig.with({
      backboneConfig: backboneConfig.with({ imageSize: [imageSize, imageSize] }),
    }),
  };
}

/** Rules between the parts, each as the reference fails without it. */
export function checkImageModel(values: ImageModelValues, at: (key: string) => string): void {
  const { visionConfig, promptEncoderConfig, maskDecoderConfig } = values;
  const channels = maskDecoderConfig.hiddenSize;
  const same = `${channels}, as mask_decoder_config.hidden_size`;
  const advice = "image, prompt and mask tokens have the same channels";
  if (promptEncoderConfig.hiddenSize !== channels) {
    refuse(at("prompt_encoder_config.hidden_size"), same, promptEncoderConfig.hiddenSize, advice);
  }
  if (visionConfig.fpnHiddenSize !== channels) {
    refuse(at("vision_config.fpn_hidden_size"), same, visionConfig.fpnHiddenSize, advice);
  }
  const levels = Math.min(visionConfig.numFeatureLevels, visionConfig.backboneChannelList.length);
  if (levels !== 3) {
    const reason = "the mask decoder takes three levels";
    refuse(at("vision_config.num_feature_levels"), "3", visionConfig.numFeatureLevels, reason);
  }
  checkSizes(values, at);
}

/** Feature levels must be 4, 2 and 1 times the prompt encoder's grid of tokens. */
function checkSizes(values: ImageModelValues, at: (key: string) => string): void {
  const { visionConfig, promptEncoderConfig } = values;
  const { imageSize, patchSize } = promptEncoderConfig;
  const wanted = checkImageSize(visionConfig, patchSize, imageSize, at("prompt_encoder_config.image_size"));
  if (!isEqual(visionConfig.backboneFeatureSizes.slice(0, 3), wanted)) {
    refuse(
      at("vision_config.backbone_feature_sizes"),
      `${JSON.stringify(wanted)} for images of ${imageSize} pixels`,
      visionConfig.backboneFeatureSizes,
      "change it together with the image size",
    );
  }
}

/** Returns the sizes of the three feature levels. */
function checkImageSize(
  visionConfig: VisionConfig,
  patchSize: number,
  imageSize: number,
  path: string,
): readonly SizePair[] {
  const nearest = () => nearestSizes((side) => fits(visionConfig, patchSize, side), imageSize, patchSize);
  const sizes = levelSizes(visionConfig, [imageSize, imageSize], path, nearest);
  const wanted = wantedSizes(imageSize, patchSize);
  if (!isEqual(sizes, wanted)) {
    refuse(
      path,
      `a size whose feature levels are 4, 2 and 1 times its ${wanted[2]?.[0]} patches of ${patchSize} pixels`,
      imageSize,
      `backbone and neck make ${JSON.stringify(sizes)} of it; ${nearest()}`,
    );
  }
  return wanted;
}

function wantedSizes(imageSize: number, patchSize: number): readonly SizePair[] {
  const side = Math.floor(imageSize / patchSize);
  return [4, 2, 1].map((factor) => [factor * side, factor * side]);
}

function isEqual(a: readonly SizePair[], b: readonly SizePair[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function fits(visionConfig: VisionConfig, patchSize: number, side: number): boolean {
  try {
    return isEqual(
      levelSizes(visionConfig, [side, side], "", () => ""),
      wantedSizes(side, patchSize),
    );
  } catch {
    return false;
  }
}

/** Side of the image embedding in tokens. */
export function embeddingSizeOf({ promptEncoderConfig }: ImageModelValues): number {
  return Math.floor(promptEncoderConfig.imageSize / promptEncoderConfig.patchSize);
}

/** [height, width] of masks in low resolution, as a model gives and takes them. */
export function maskSizeOf(values: ImageModelValues): SizePair {
  const side = 4 * embeddingSizeOf(values);
  return [side, side];
}

/** The parts for images of another side in pixels. @throws {ConfigError} the reference cannot run it */
export function resizeImageModel<V extends VisionConfig>(
  values: ImageModelValues & { readonly visionConfig: V },
  size: number,
): { readonly visionConfig: V; readonly promptEncoderConfig: Sam2PromptEncoderConfig } {
  const promptEncoderConfig = values.promptEncoderConfig.with({ imageSize: size });
  checkImageSize(values.visionConfig, promptEncoderConfig.patchSize, size, "imageSize");
  return { visionConfig: values.visionConfig.withImageSize(size) as V, promptEncoderConfig };
}
