import type { Sam2Config, SessionDescription, WeightTable } from "@sam2js/core";
import type { GraphBuilder } from "../builder/graph-builder.js";
import { decoderGeometry } from "../decoder/geometry.js";
import { sharedFeatures, upscaledShift } from "../decoder/shared-features.js";
import { fineFeatures } from "../decoder/upscaling.js";
import { add } from "../ops/elementwise.js";
import { imagePositions } from "../prompt/image-positions.js";
import { maskEmbedding } from "../prompt/mask-embedding.js";
import type { Weights } from "../weights/weights.js";
import { describe } from "./describe.js";

/** Which variant of {@link decoderPreludeGraph} is written. */
export interface DecoderPreludeOptions {
  /** Whether a mask prompt that all prompts share enters (`mask` [1, 1, 4h, 4w]) instead of "no mask". Default false. */
  readonly maskPrompt?: boolean | undefined;
}

/**
 * What all prompts of an image share: projections of its tokens for all layers of the decoder, and the features that upscaling adds. N = h·w tokens.
 *
 * | input | |
 * | --- | --- |
 * | `image_embed` | float32 [1, N, C] of the image encoder |
 * | `high_res_1`, `high_res_0` | float32 [1, N, 4·c₁], [1, N, 16·c₀] of the image encoder |
 * | `mask` | float32 [1, 1, 4h, 4w] logits, with `maskPrompt` |
 *
 * | output | |
 * | --- | --- |
 * | `image_…` | float32, as `SharedFeatures` lists them |
 * | `fine_1`, `fine_0` | float32 [1, N, 4·c₁], [1, N, 16·c₀], the high-resolution features as upscaling takes them |
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export function decoderPreludeGraph(
  config: Sam2Config,
  weights: WeightTable,
  { maskPrompt = false }: DecoderPreludeOptions = {},
): SessionDescription {
  return describe("decoder-prelude", weights, (graph, w) =>
    writeDecoderPrelude(graph, w, config, { maskPrompt }),
  );
}

export function writeDecoderPrelude(
  graph: GraphBuilder,
  w: Weights,
  config: Sam2Config,
  { maskPrompt }: DecoderPreludeOptions,
): void {
  const geometry = decoderGeometry(config);
  const { height, width, channels } = geometry;
  const embed = graph.input("image_embed", "float32", [1, height * width, channels]);
  const encoder = w.at("prompt_encoder");
  const dense = maskPrompt
    ? maskEmbedding(
        graph.input("mask", "float32", [1, 1, 4 * height, 4 * width]),
        encoder.at("mask_embed"),
        config.promptEncoderConfig,
      )
    : encoder.get("no_mask_embed.weight", [1, channels]).value;
  const positions = imagePositions(w, height, width, channels);
  const decoder = w.at("mask_decoder");
  const shared = sharedFeatures(add(embed, dense), positions, decoder, geometry);
  for (const [name, feature] of Object.entries(shared)) graph.output(name, feature);
  const { fine } = geometry;
  const highRes1 = graph.input("high_res_1", "float32", [1, height * width, 4 * fine[0]]);
  const highRes0 = graph.input("high_res_0", "float32", [1, height * width, 16 * fine[1]]);
  const { fine1, fine0 } = fineFeatures(highRes1, highRes0, decoder, geometry);
  graph.output("fine_1", add(fine1, upscaledShift(decoder, geometry)));
  graph.output("fine_0", fine0);
}
