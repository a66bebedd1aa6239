import type { ImageModelConfig } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import { float32, type InputValues, int32 } from "../builder/input-shape.js";
import type { AttentionForm } from "../layers/attention.js";
import { mlp } from "../layers/mlp.js";
import { add, sigmoid, where } from "../ops/elementwise.js";
import { imagePositions } from "../prompt/image-positions.js";
import { maskEmbedding } from "../prompt/mask-embedding.js";
import { pointEmbedding } from "../prompt/point-embedding.js";
import type { Weights } from "../weights/weights.js";
import { decoderGeometry } from "./geometry.js";
import type { ImageTokens } from "./image-tokens.js";
import { hyperVectors } from "./masks.js";
import { type OutputTokens, outputPlaces, prependOutputTokens, takeOutputTokens } from "./output-tokens.js";
import { OwnImage } from "./own-image.js";
import { sharedInputs } from "./shared-features.js";
import { SharedImage } from "./shared-image.js";
import { twoWayTransformer } from "./two-way-transformer.js";
import { fineFeatures, upscale } from "./upscaling.js";

/** Which inputs the graphs of the mask decoder have, and how they are written. */
export interface PromptOptions {
  /** How attention is written; take `"fused"` where the runtime's `fusedAttention` capability says so. */
  readonly attention: AttentionForm;
  /**
   * Whether the prelude's outputs are inputs instead of `image_embed` and `high_res_…`: the fewer points a prompt has, the more that spares, see
   * `sharingPays`. Not with `maskPrompt`. Default: where there is no `maskPrompt`.
   */
  readonly sharesImage?: boolean | undefined;
  /** Whether each prompt has a mask: `mask` is an input. Default false. */
  readonly maskPrompt?: boolean | undefined;
  /** Whether `target_embedding` is an input. Default false. */
  readonly targetEmbedding?: boolean | undefined;
  /** Whether `attention_similarity` is an input. Default false. */
  readonly attentionSimilarity?: boolean | undefined;
}

/** The names of {@link PromptOptions}. */
export const PROMPT_OPTIONS = [
  "attention",
  "sharesImage",
  "maskPrompt",
  "targetEmbedding",
  "attentionSimilarity",
] as const;

/** The inputs of prompts and of their image. */
export function promptInputs(config: ImageModelConfig, options: PromptOptions) {
  const { maskPrompt = false, sharesImage = !maskPrompt, targetEmbedding, attentionSimilarity } = options;
  const geometry = decoderGeometry(config);
  const { channels, height, width, fine } = geometry;
  const size = height * width;
  const image = sharesImage
    ? Object.assign(sharedInputs(geometry), {
        fine_1: float32(1, size, 4 * fine[0]),
        fine_0: float32(1, size, 16 * fine[1]),
      })
    : {
        image_embed: float32(1, size, channels),
        ...(maskPrompt && { mask: float32("P", 1, 4 * height, 4 * width) }),
        high_res_1: float32(1, size, 4 * fine[0]),
        high_res_0: float32(1, size, 16 * fine[1]),
      };
  return {
    ...image,
    points: float32("P", "K", 2),
    labels: int32("P", "K"),
    ...(targetEmbedding && { target_embedding: float32("P?", "T?", channels) }),
    ...(attentionSimilarity && { attention_similarity: float32("P?", "heads?", "T?", size) }),
  };
}

/** {@link promptInputs} while a graph is written. */
export type PromptValues = InputValues<ReturnType<typeof promptInputs>> & {
  /** bool [P or 1, 1, 1], where `mask` holds for some prompts only: the others have "no mask". */
  readonly has_mask?: Value;
};

/** Prompts after the transformer. */
export interface DecodedPrompts {
  /** All tokens of each prompt. */
  readonly tokens: Value;
  /** The predicted IoU of all masks [P, masks]. */
  readonly scores: Value;
  /** Vectors of the wanted masks, whose products with the upscaled image are the masks. */
  readonly hyper: Value;
  /** The image as the prompts left it. */
  readonly image: ImageTokens;
  /** Brings an image to 4 × 4 sub-pixels for each token. */
  enlarge(image: ImageTokens): Value;
  /** Attention weights, image to token, of each layer. */
  readonly weights: readonly Value[];
}

/** Prompt encoder and two-way transformer. @param wanted  the output tokens that are used */
export function decodePrompts(
  inputs: PromptValues,
  w: Weights,
  config: ImageModelConfig,
  form: AttentionForm,
  wanted: OutputTokens,
): DecodedPrompts {
  const geometry = decoderGeometry(config);
  const { masks } = geometry;
  const decoder = w.at("mask_decoder");
  const { image, features } = imageOf(inputs, w, config);
  const prompt = pointEmbedding(inputs.points, inputs.labels, w, config.promptEncoderConfig);
  const result = twoWayTransformer(
    prependOutputTokens(prompt, decoder, masks),
    image,
    decoder.at("transformer"),
    {
      config: config.maskDecoderConfig,
      geometry,
      form,
      similarity: inputs.attention_similarity,
      target: inputs.target_embedding,
      wanted: outputPlaces(wanted),
    },
  );
  const output = takeOutputTokens(result.tokens, wanted);
  return {
    tokens: result.tokens,
    scores: sigmoid(predictIou(output.iou, decoder, config, masks)),
    hyper: hyperVectors(output.masks, decoder, geometry, wanted.firstMask),
    image: result.image,
    enlarge: (x) => upscale(x, features, decoder, geometry),
    weights: result.weights,
  };
}

/** The image tokens as layer 0 finds them, and the high-resolution features as upscaling takes them. */
function imageOf(inputs: PromptValues, w: Weights, config: ImageModelConfig) {
  const geometry = decoderGeometry(config);
  if ("fine_1" in inputs) {
    const features = { fine1: inputs.fine_1, fine0: inputs.fine_0 };
    return { image: new SharedImage(inputs, geometry), features };
  }
  const { channels, height, width } = geometry;
  const encoder = w.at("prompt_encoder");
  const noMask = () => encoder.get("no_mask_embed.weight", [1, channels]).value;
  const dense = inputs.mask
    ? maskEmbedding(inputs.mask, encoder.at("mask_embed"), config.promptEncoderConfig)
    : noMask();
  const chosen = inputs.has_mask ? where(inputs.has_mask, dense, noMask()) : dense;
  const positions = imagePositions(w, height, width, channels);
  return {
    image: new OwnImage(add(inputs.image_embed, chosen), positions, geometry),
    features: fineFeatures(inputs.high_res_1, inputs.high_res_0, w.at("mask_decoder"), geometry),
  };
}

/** Logits of the predicted IoU of each mask. @param token [P, C] @returns [P, masks] */
function predictIou(token: Value, w: Weights, { maskDecoderConfig }: ImageModelConfig, masks: number): Value {
  return mlp(token, w.at("iou_prediction_head"), {
    hidden: maskDecoderConfig.iouHeadHiddenDim,
    features: masks,
    depth: maskDecoderConfig.iouHeadDepth,
    activation: "relu",
  });
}
