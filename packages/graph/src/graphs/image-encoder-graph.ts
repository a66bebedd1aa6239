import type { ImageModelConfig } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import { float32 } from "../builder/input-shape.js";
import { decoderGeometry } from "../decoder/geometry.js";
import { groupSubPixels } from "../grid/group-sub-pixels.js";
import { arrange, type TokenMap, withTokens } from "../grid/token-map.js";
import { neck, projectLevel } from "../neck/neck.js";
import { add, cast } from "../ops/elementwise.js";
import { reshape } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { backbone } from "./backbone.js";
import { defineGraph } from "./define-graph.js";
import { backboneOutputs, type EncoderOptions } from "./encoder-outputs.js";

/** Which variant of {@link imageEncoderGraph} is written. */
export interface ImageEncoderOptions extends EncoderOptions {
  /** Whether `no_memory_embedding` is added, as for single images. Default true. */
  readonly noMemoryEmbedding?: boolean | undefined;
}

/**
 * The image encoder: pixels to all that the mask decoder needs of an image, in the decoder's own layouts. N = h·w, C = 4·c₁ = 8·c₀.
 *
 * | input | |
 * | --- | --- |
 * | `pixel_values` | float32 [1, 3, S, S], normalised |
 *
 * | output | |
 * | --- | --- |
 * | `image_embed` | float32 [1, N, C], row by row |
 * | `high_res_1` | float32 [1, N, 4·c₁]: for each token its 2 × 2 sub-pixels (y, x), channels last |
 * | `high_res_0` | float32 [1, N, 16·c₀]: 2 × 2 sub-pixels, each of 2 × 2 |
 * | `hidden_states.i`, `attentions.i` | as asked for |
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export const imageEncoderGraph = defineGraph({
  name: "image-encoder",
  options: ["attention", "hiddenStates", "attentions", "noMemoryEmbedding"],
  parts: ["visionConfig", "promptEncoderConfig", "maskDecoderConfig"],
  inputs: ({ visionConfig: { imageSize, numChannels } }: ImageModelConfig, _: ImageEncoderOptions) => ({
    pixel_values: float32(1, numChannels, ...imageSize),
  }),
  write({ pixel_values }, w, config, options) {
    const { features, image, highRes } = encodeImage(pixel_values, w, config, options);
    return Object.assign(backboneOutputs(features, options), {
      image_embed: cast(reshape(image.tokens, [1, ...image.tokens.dims]), "float32"),
      high_res_0: cast(groupSubPixels(highRes[0], 2), "float32"),
      high_res_1: cast(groupSubPixels(highRes[1], 1), "float32"),
    });
  },
});

/** Backbone, neck, and the decoder's projections of the fine levels. `image` is float32, row by row; `highRes` are the finest level and the next. */
export function encodeImage(
  pixels: Value,
  w: Weights,
  config: ImageModelConfig,
  options: ImageEncoderOptions,
) {
  const { visionConfig } = config;
  const { fpnHiddenSize: size } = visionConfig;
  const features = backbone(pixels, w.at("vision_encoder.backbone"), visionConfig, {
    form: options.attention,
    wantsWeights: options.attentions ?? false,
  });
  const neckWeights = w.at("vision_encoder.neck");
  const levels = neck(features.stages, neckWeights, visionConfig);
  const coarse = arrange(levels[2] as TokenMap, 0);
  const embed = cast(coarse.tokens, "float32");
  const noMemory = w.get("no_memory_embedding", [1, 1, size]).view([size]).value;
  const image = withTokens(coarse, (options.noMemoryEmbedding ?? true) ? add(embed, noMemory) : embed);

  const { fine } = decoderGeometry(config);
  const level = (index: 0 | 1) => {
    const both = { neck: neckWeights, projection: w.at(`mask_decoder.conv_s${index}`) };
    const channels = fine[1 - index] as number;
    return projectLevel(index, levels, features.stages, both, channels, visionConfig);
  };
  return { features, image, highRes: [level(0), level(1)] as const };
}
