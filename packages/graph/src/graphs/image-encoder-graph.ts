import type { Sam2Config, SessionDescription, WeightTable } from "@sam2js/core";
import type { GraphBuilder, Value } from "../builder/graph-builder.js";
import { decoderGeometry } from "../decoder/geometry.js";
import { subPixels } from "../grid/grid-order.js";
import { arrange, orderOf, reorderTokens, type TokenMap } from "../grid/token-map.js";
import { backbone } from "../hiera/backbone.js";
import { channels } from "../layers/linear.js";
import { neck, projectLevel } from "../neck/neck.js";
import { add, cast } from "../ops/elementwise.js";
import { reshape } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { describe } from "./describe.js";
import { type EncoderOptions, outputBackbone } from "./encoder-outputs.js";

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
export function imageEncoderGraph(
  config: Sam2Config,
  weights: WeightTable,
  options: ImageEncoderOptions,
): SessionDescription {
  return describe("image-encoder", weights, (graph, w) => writeImageEncoder(graph, w, config, options));
}

export function writeImageEncoder(
  graph: GraphBuilder,
  w: Weights,
  config: Sam2Config,
  options: ImageEncoderOptions,
): void {
  const { visionConfig } = config;
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
  const neckWeights = w.at("vision_encoder.neck");
  const levels = neck(features.stages, neckWeights, visionConfig);
  const embed = cast(arrange(levels[2] as TokenMap, 0).tokens, "float32");
  const noMemory = w.get("no_memory_embedding", [1, 1, size]).view([size]).value;
  const isImage = options.noMemoryEmbedding ?? true;
  graph.output("image_embed", reshape(isImage ? add(embed, noMemory) : embed, [1, ...embed.dims]));

  const { fine } = decoderGeometry(config);
  for (const [level, channels] of [fine[1], fine[0]].entries()) {
    const projection = w.at(`mask_decoder.conv_s${level}`);
    const both = { neck: neckWeights, projection };
    const map = projectLevel(level, levels, features.stages, both, channels, visionConfig);
    graph.output(`high_res_${level}`, cast(groupSubPixels(map, 2 - level), "float32"));
  }
  outputBackbone(graph, features, options);
}

/** The tokens of a fine level in groups of 4^depth: those inside one token of the image embedding. */
function groupSubPixels(level: TokenMap, depth: number): Value {
  const side = 2 ** depth;
  const height = level.height / side;
  const width = level.width / side;
  const grouped = reorderTokens(level.tokens, orderOf(level), subPixels(height, width, depth));
  return reshape(grouped, [1, height * width, side * side * channels(level.tokens)]);
}
