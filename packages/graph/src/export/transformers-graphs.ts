import type { ImageModelConfig } from "@sam2js/core";
import type { Axis, Dims } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { float32, int64 } from "../builder/input-shape.js";
import { decoderGeometry } from "../decoder/geometry.js";
import { defineGraph } from "../graphs/define-graph.js";
import { encodeImage, type ImageEncoderOptions } from "../graphs/image-encoder-graph.js";
import { decodeMasks, type MaskDecoderOptions } from "../graphs/mask-decoder-graph.js";
import { groupSubPixels } from "../grid/group-sub-pixels.js";
import { fromImage, toImage } from "../grid/reference-layout.js";
import { cast } from "../ops/elementwise.js";
import { concat, expand, reshape } from "../ops/shape.js";
import { withClosingPoint } from "./closing-point.js";

/**
 * The image encoder as transformers.js loads it, `vision_encoder`. C = 4·c₁ = 8·c₀.
 *
 * | | |
 * | --- | --- |
 * | input `pixel_values` | float32 [1, 3, S, S], normalised |
 * | output `image_embeddings.0` | float32 [1, c₀, 4h, 4w] |
 * | output `image_embeddings.1` | float32 [1, c₁, 2h, 2w] |
 * | output `image_embeddings.2` | float32 [1, C, h, w] |
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 * @see https://github.com/huggingface/transformers.js/blob/4.3.2/packages/transformers/src/models/sam2/modeling_sam2.js
 */
export const visionEncoderGraph = defineGraph({
  name: "vision_encoder",
  options: ["attention"],
  parts: ["visionConfig", "promptEncoderConfig", "maskDecoderConfig"],
  inputs: (
    { visionConfig: { imageSize, numChannels } }: ImageModelConfig,
    _: Pick<ImageEncoderOptions, "attention">,
  ) => ({ pixel_values: float32(1, numChannels, ...imageSize) }),
  write({ pixel_values }, w, config, options) {
    const { image, highRes } = encodeImage(pixel_values, w, config, options);
    return {
      "image_embeddings.0": cast(toImage(highRes[0]), "float32"),
      "image_embeddings.1": cast(toImage(highRes[1]), "float32"),
      "image_embeddings.2": cast(toImage(image), "float32"),
    };
  },
});

/**
 * Prompt encoder and mask decoder as transformers.js loads them, `prompt_encoder_mask_decoder`. N prompts of one image, each of K points, a box, or
 * both; a prompt of points only comes with no boxes, one of a box only with K = 0.
 *
 * | | |
 * | --- | --- |
 * | input `input_points` | float32 [1, N, K, 2], (x, y) in pixels of the model input; any number of prompts where K is 0 |
 * | input `input_labels` | int64 [1, N, K]: 1 inside, 0 outside, −1 not a point, −10 padding |
 * | input `input_boxes` | float32 [1, N or 0, 4], (x0, y0, x1, y1) |
 * | inputs `image_embeddings.0` to `.2` | of the encoder |
 * | output `iou_scores` | float32 [1, N, M] |
 * | output `pred_masks` | float32 [1, N, M, 4h, 4w] logits |
 * | output `object_score_logits` | float32 [1, N, 1] |
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export const promptEncoderMaskDecoderGraph = defineGraph({
  name: "prompt_encoder_mask_decoder",
  options: ["attention", "multimask"],
  parts: ["promptEncoderConfig", "maskDecoderConfig"],
  inputs: (config: ImageModelConfig, _: Pick<MaskDecoderOptions, "attention" | "multimask">) => {
    const { channels, height, width, fine } = decoderGeometry(config);
    return {
      input_points: float32(1, "point_prompts", "K", 2),
      input_labels: int64(1, "P", "K"),
      input_boxes: float32(1, "boxes", 4),
      "image_embeddings.0": float32(1, fine[1], 4 * height, 4 * width),
      "image_embeddings.1": float32(1, fine[0], 2 * height, 2 * width),
      "image_embeddings.2": float32(1, channels, height, width),
    };
  },
  write(inputs, w, config, options) {
    const labels = reshaped(inputs.input_labels, inputs.input_labels.dims.slice(1));
    const prompts = labels.dims[0] as Axis;
    const corners = cornersOf(inputs.input_boxes, prompts);
    const points = reshaped(inputs.input_points, [...labels.dims, 2]);
    const values = {
      image_embed: groupSubPixels(fromImage(inputs["image_embeddings.2"]), 0),
      high_res_1: groupSubPixels(fromImage(inputs["image_embeddings.1"]), 1),
      high_res_0: groupSubPixels(fromImage(inputs["image_embeddings.0"]), 2),
      points: withClosingPoint(concat([points, corners.points], 1, "K+corners"), 0),
      labels: withClosingPoint(concat([cast(labels, "int32"), corners.labels], 1, "K+corners"), -1),
    };
    const decoded = decodeMasks(values, w, config, { ...options, sharesImage: false });
    const ofImage = (x: Value) => cast(reshape(x, [1, ...x.dims]), "float32");
    return {
      iou_scores: ofImage(decoded.iou_scores),
      pred_masks: ofImage(decoded.pred_masks),
      object_score_logits: ofImage(decoded.object_score_logits),
    };
  },
});

/** The two corners of each prompt's box as points, with their labels; no points where there are no boxes. */
function cornersOf(boxes: Value, prompts: Axis) {
  const { graph } = boxes;
  const some = graph.op("Min", [graph.size("boxes"), graph.int([1])], "int64", [1]);
  const count = graph.op("Mul", [some, graph.int([2])], "int64", [1]);
  const shape = graph.op("Concat", [graph.size(prompts), count, graph.int([2])], "int64", [3], { axis: 0 });
  const points = graph.op("Reshape", [boxes, shape], "float32", [prompts, "corners", 2], { allowzero: 1 });
  graph.bindSize("corners", points, 1);
  const both = expand(reshape(graph.int([2, 3], "int32"), [1, 2]), [prompts, 2]);
  const range = [graph.int([0]), count, graph.int([1])];
  const labels = graph.op("Slice", [both, ...range], "int32", [prompts, "corners"]);
  return { points, labels };
}

/** A shape for elements of which there may be none. */
function reshaped(x: Value, dims: Dims): Value {
  return x.graph.op("Reshape", [x, x.graph.shape(dims)], x.type, dims, { allowzero: 1 });
}
