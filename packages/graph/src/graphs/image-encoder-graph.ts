import type { Sam2Config, SessionDescription, WeightTable } from "@sam2js/core";
import type { GraphBuilder } from "../builder/graph-builder.js";
import type { Value } from "../builder/value.js";
import { subPixels } from "../grid/grid-order.js";
import { arrange, orderOf, reorderTokens, type TokenMap } from "../grid/token-map.js";
import { backbone } from "../hiera/backbone.js";
import { affine, channels } from "../layers/linear.js";
import { neck } from "../neck/neck.js";
import { add } from "../ops/elementwise.js";
import { reshape } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { describe } from "./describe.js";
import { canonicalOptions, type EncoderOptions, outputBackbone } from "./encoder-outputs.js";

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
export function imageEncoderGraph(
  config: Sam2Config,
  weights: WeightTable,
  options: ImageEncoderOptions,
): SessionDescription {
  const settings = {
    config: config.toJSON(),
    ...canonicalOptions(options),
    noMemoryEmbedding: options.noMemoryEmbedding ?? true,
  };
  return describe("image-encoder", settings, weights, (graph, w) =>
    writeImageEncoder(graph, w, config, options),
  );
}

export function writeImageEncoder(
  graph: GraphBuilder,
  w: Weights,
  config: Sam2Config,
  options: ImageEncoderOptions,
): void {
  const { visionConfig, maskDecoderConfig } = config;
  const { backboneConfig, fpnHiddenSize: size } = visionConfig;
  const pixels = graph.input("pixel_values", "float32", [
    1,
    backboneConfig.numChannels,
    ...backboneConfig.imageSize,
  ]);
  const features = backbone(pixels, w.at("vision_encoder.backbone"), backboneConfig, {
    form: options.attention,
    wantsWeights: options.attentions ?? false,
  });
  const levels = neck(features.stages, w.at("vision_encoder.neck"), visionConfig);
  const [level0, level1, level2] = levels as [TokenMap, TokenMap, TokenMap];

  const embed = arrange(level2, 0).tokens;
  const noMemory = w.get("no_memory_embedding", [1, 1, size]).view([size]).value;
  const isImage = options.noMemoryEmbedding ?? true;
  const decoder = w.at("mask_decoder");
  const { hiddenSize } = maskDecoderConfig;
  graph.output("image_embed", reshape(isImage ? add(embed, noMemory) : embed, [1, ...embed.dims]));
  graph.output("high_res_1", highResolution(level1, decoder.at("conv_s1"), Math.floor(hiddenSize / 4), 1));
  graph.output("high_res_0", highResolution(level0, decoder.at("conv_s0"), Math.floor(hiddenSize / 8), 2));
  outputBackbone(graph, features, options);
}

/** A fine level with the decoder's channels, its tokens in groups of 4^depth: those inside one token of the image embedding. */
function highResolution(level: TokenMap, w: Weights, features: number, depth: number): Value {
  const weight = w.get("weight", [features, channels(level.tokens), 1, 1]);
  const tokens = affine(
    level.tokens,
    weight.view([features, channels(level.tokens)]),
    w.get("bias", [features]),
  );
  const side = 2 ** depth;
  const height = level.height / side;
  const width = level.width / side;
  const grouped = reorderTokens(tokens, orderOf(level), subPixels(height, width, depth));
  return reshape(grouped, [1, height * width, side * side * features]);
}
