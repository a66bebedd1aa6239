import type { ImageModelConfig } from "@sam2js/core";
import type { Axis } from "../builder/axis.js";
import { float32 } from "../builder/input-shape.js";
import { decoderGeometry } from "../decoder/geometry.js";
import { defineGraph } from "../graphs/define-graph.js";
import { encodeImage, type ImageEncoderOptions } from "../graphs/image-encoder-graph.js";
import { decodeMasks, type MaskDecoderOptions } from "../graphs/mask-decoder-graph.js";
import { groupSubPixels } from "../grid/group-sub-pixels.js";
import { fromImage, toImage } from "../grid/reference-layout.js";
import { cast, greater } from "../ops/elementwise.js";
import { reshape } from "../ops/shape.js";
import { withClosingPoint } from "./closing-point.js";

/**
 * The image encoder as annotation tools load it. C = 4·c₁ = 8·c₀.
 *
 * | | |
 * | --- | --- |
 * | input `image` | float32 [1, 3, S, S], normalised |
 * | output `high_res_feats_0` | float32 [1, c₀, 4h, 4w] |
 * | output `high_res_feats_1` | float32 [1, c₁, 2h, 2w] |
 * | output `image_embed` | float32 [1, C, h, w] |
 *
 * The order of inputs and outputs is part of the layout: tools go by it.
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 * @see https://github.com/vietanhdev/samexporter/blob/12ef249c37919b36a7a502e5faea250e1717e6d3/samexporter/export_sam2.py
 */
export const twoFileEncoderGraph = defineGraph({
  name: "encoder",
  options: ["attention"],
  parts: ["visionConfig", "promptEncoderConfig", "maskDecoderConfig"],
  inputs: (
    { visionConfig: { imageSize, numChannels } }: ImageModelConfig,
    _: Pick<ImageEncoderOptions, "attention">,
  ) => ({ image: float32(1, numChannels, ...imageSize) }),
  write({ image: pixels }, w, config, options) {
    const { image, highRes } = encodeImage(pixels, w, config, options);
    return {
      high_res_feats_0: cast(toImage(highRes[0]), "float32"),
      high_res_feats_1: cast(toImage(highRes[1]), "float32"),
      image_embed: cast(toImage(image), "float32"),
    };
  },
});

/**
 * Prompt encoder and mask decoder as annotation tools load them. P prompts of K points, both free.
 *
 * | | |
 * | --- | --- |
 * | inputs `image_embed`, `high_res_feats_0`, `high_res_feats_1` | of the encoder |
 * | input `point_coords` | float32 [P, K, 2], (x, y) in pixels of the model input |
 * | input `point_labels` | float32 [P, K]: 1 inside, 0 outside, 2 and 3 corners of a box, −1 not a point |
 * | input `mask_input` | float32 [P, 1, 4h, 4w] logits |
 * | input `has_mask_input` | float32 [P or 1], above 0 where `mask_input` counts |
 * | output `masks` | float32 [P, M, 4h, 4w] logits |
 * | output `iou_predictions` | float32 [P, M] |
 *
 * The closing point of label −1 is added inside.
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export const twoFileDecoderGraph = defineGraph({
  name: "decoder",
  options: ["attention", "multimask"],
  parts: ["promptEncoderConfig", "maskDecoderConfig"],
  inputs: (config: ImageModelConfig, _: Pick<MaskDecoderOptions, "attention" | "multimask">) => {
    const { channels, height, width, fine } = decoderGeometry(config);
    return {
      image_embed: float32(1, channels, height, width),
      high_res_feats_0: float32(1, fine[1], 4 * height, 4 * width),
      high_res_feats_1: float32(1, fine[0], 2 * height, 2 * width),
      point_coords: float32("P", "K", 2),
      point_labels: float32("P", "K"),
      mask_input: float32("P", 1, 4 * height, 4 * width),
      has_mask_input: float32("P?"),
    };
  },
  write(inputs, w, config, options) {
    const { point_coords: points, point_labels: labels, has_mask_input: flags } = inputs;
    const values = {
      image_embed: groupSubPixels(fromImage(inputs.image_embed), 0),
      high_res_1: groupSubPixels(fromImage(inputs.high_res_feats_1), 1),
      high_res_0: groupSubPixels(fromImage(inputs.high_res_feats_0), 2),
      points: withClosingPoint(points, 0),
      labels: withClosingPoint(cast(labels, "int32"), -1),
      mask: inputs.mask_input,
      has_mask: greater(reshape(flags, [flags.dims[0] as Axis, 1, 1]), w.graph.float([0], [])),
    };
    const { pred_masks, iou_scores } = decodeMasks(values, w, config, options);
    return { masks: pred_masks, iou_predictions: iou_scores };
  },
});
