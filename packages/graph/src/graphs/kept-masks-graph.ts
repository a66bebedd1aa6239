import type { ImageModelConfig } from "@sam2js/core";
import type { Axis } from "../builder/axis.js";
import { float32 } from "../builder/input-shape.js";
import {
  decodePrompts,
  PROMPT_OPTIONS,
  type PromptOptions,
  promptInputs,
} from "../decoder/decode-prompts.js";
import { decoderGeometry } from "../decoder/geometry.js";
import { maskImages, maskProducts } from "../decoder/masks.js";
import { cast, greater } from "../ops/elementwise.js";
import { nonZero, reduceMax } from "../ops/reduce.js";
import { gatherRows, reshape, slice } from "../ops/shape.js";
import { defineGraph } from "./define-graph.js";

/**
 * Prompts to the masks whose predicted IoU exceeds a threshold: `maskDecoderGraph` for ambiguous prompts, which makes no other mask. Scores need
 * only the tokens, so prompts without such a mask are not upscaled. Products are made for all masks of a prompt that is: picking upscaled
 * features per mask would move more memory than the product costs.
 *
 * | input | |
 * | --- | --- |
 * | those of `maskDecoderGraph`, and `pred_iou_thresh` | float32 [1] |
 *
 * | output | |
 * | --- | --- |
 * | `iou_scores` | float32 [P, M], of all masks |
 * | `kept`, `kept_masks` | int32 [R], p·M + m of masks above the threshold in rising order, and their logits [R, 4h, 4w] |
 *
 * @throws {CheckpointError} a weight is missing or has another shape
 */
export const keptMasksGraph = defineGraph({
  name: "kept-masks",
  options: PROMPT_OPTIONS,
  parts: ["promptEncoderConfig", "maskDecoderConfig"],
  inputs: (config: ImageModelConfig, options: PromptOptions) => ({
    ...promptInputs(config, options),
    pred_iou_thresh: float32(1),
  }),
  write(inputs, w, config, { attention }) {
    const geometry = decoderGeometry(config);
    const wanted = { object: false, firstMask: 1, endMask: geometry.masks };
    const { scores: all, hyper, image, enlarge } = decodePrompts(inputs, w, config, attention, wanted);
    const scores = slice(all, 1, 1, geometry.masks);
    const [prompts, masks] = scores.dims as [Axis, number];
    const isKept = cast(greater(scores, inputs.pred_iou_thresh), "int32"); // [P, M]
    const rows = nonZero(reduceMax(isKept, [1]), "Q");
    const products = maskProducts(gatherRows(hyper, rows), enlarge(image.of(rows))); // [Q, M, 16·N]
    const among = nonZero(reshape(gatherRows(isKept, rows), [`${masks}*Q`]), "R");
    const flat = reshape(products, [`${masks}*Q`, products.dims[2] as number]);
    return {
      iou_scores: cast(scores, "float32"),
      kept: cast(nonZero(reshape(isKept, [`${masks}*${prompts}`]), "R"), "int32"),
      kept_masks: cast(maskImages(gatherRows(flat, among), geometry), "float32"),
    };
  },
});
