import type { ImageModelConfig, OutputsOf, SessionOutputs } from "@sam2js/core";
import { float32 } from "../builder/input-shape.js";
import { decoderGeometry } from "../decoder/geometry.js";
import { sharedFeatures, upscaledShift } from "../decoder/shared-features.js";
import { fineFeatures } from "../decoder/upscaling.js";
import { add, cast } from "../ops/elementwise.js";
import { imagePositions } from "../prompt/image-positions.js";
import { maskEmbedding } from "../prompt/mask-embedding.js";
import { defineGraph } from "./define-graph.js";

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
export const decoderPreludeGraph = defineGraph({
  name: "decoder-prelude",
  options: ["maskPrompt"],
  parts: ["promptEncoderConfig", "maskDecoderConfig"],
  inputs: (config: ImageModelConfig, { maskPrompt = false }: DecoderPreludeOptions) => {
    const { height, width, channels, fine } = decoderGeometry(config);
    const size = height * width;
    return {
      image_embed: float32(1, size, channels),
      ...(maskPrompt && { mask: float32(1, 1, 4 * height, 4 * width) }),
      high_res_1: float32(1, size, 4 * fine[0]),
      high_res_0: float32(1, size, 16 * fine[1]),
    };
  },
  write({ image_embed, mask, high_res_1, high_res_0 }, w, config) {
    const geometry = decoderGeometry(config);
    const { height, width, channels } = geometry;
    const encoder = w.at("prompt_encoder");
    const dense = mask
      ? maskEmbedding(mask, encoder.at("mask_embed"), config.promptEncoderConfig)
      : encoder.get("no_mask_embed.weight", [1, channels]).value;
    const positions = imagePositions(w, height, width, channels);
    const decoder = w.at("mask_decoder");
    const { fine1, fine0 } = fineFeatures(high_res_1, high_res_0, decoder, geometry);
    return Object.assign(sharedFeatures(add(image_embed, dense), positions, decoder, geometry), {
      fine_1: cast(add(fine1, upscaledShift(decoder, geometry)), "float32"),
      fine_0: cast(fine0, "float32"),
    });
  },
});

/** What the prelude gives, where the engine left it. */
export type DecoderPrelude = SessionOutputs<OutputsOf<ReturnType<typeof decoderPreludeGraph>>>;
