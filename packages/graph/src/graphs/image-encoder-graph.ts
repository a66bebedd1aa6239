import type { ImageModelConfig } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import { float32 } from "../builder/input-shape.js";
import { decoderGeometry } from "../decoder/geometry.js";
import { subPixels } from "../grid/grid-order.js";
import { arrange, orderOf, reorderTokens, type TokenMap } from "../grid/token-map.js";
import { channels } from "../layers/linear.js";
import { neck, projectLevel } from "../neck/neck.js";
import { add, cast } from "../ops/elementwise.js";
import { reshape } from "../ops/shape.js";
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
  inputs: ({ visionConfig: { imageSize, numChannels } }: ImageModelConfig, _: ImageEncoderOptions) => ({
    pixel_values: float32(1, numChannels, ...imageSize),
  }),
  write({ pixel_values }, w, config, options) {
    const { visionConfig } = config;
    const { fpnHiddenSize: size } = visionConfig;
    const features = backbone(pixel_values, w.at("vision_encoder.backbone"), visionConfig, {
      form: options.attention,
      wantsWeights: options.attentions ?? false,
    });
    const neckWeights = w.at("vision_encoder.neck");
    const levels = neck(features.stages, neckWeights, visionConfig);
    const embed = cast(arrange(levels[2] as TokenMap, 0).tokens, "float32");
    const noMemory = w.get("no_memory_embedding", [1, 1, size]).view([size]).value;
    const image = (options.noMemoryEmbedding ?? true) ? add(embed, noMemory) : embed;

    const { fine } = decoderGeometry(config);
    const highRes = (level: 0 | 1) => {
      const both = { neck: neckWeights, projection: w.at(`mask_decoder.conv_s${level}`) };
      const channels = fine[1 - level] as number;
      const map = projectLevel(level, levels, features.stages, both, channels, visionConfig);
      return cast(groupSubPixels(map, 2 - level), "float32");
    };
    return Object.assign(backboneOutputs(features, options), {
      image_embed: cast(reshape(image, [1, ...image.dims]), "float32"),
      high_res_0: highRes(0),
      high_res_1: highRes(1),
    });
  },
});

/** The tokens of a fine level in groups of 4^depth: those inside one token of the image embedding. */
function groupSubPixels(level: TokenMap, depth: number): Value {
  const side = 2 ** depth;
  const height = level.height / side;
  const width = level.width / side;
  const grouped = reorderTokens(level.tokens, orderOf(level), subPixels(height, width, depth));
  return reshape(grouped, [1, height * width, side * side * channels(level.tokens)]);
}
