import { checkMembers, Tensor } from "@sam2js/core";
import type { Mask } from "@sam2js/masks";
import type { Sam2Processor } from "@sam2js/processor";
import { checkParts } from "../model/check-parts.js";
import type { SegmentationModel } from "../model/segmentation-model.js";

/** What a mask counts as: this inside, its negative outside. */
const SURE_LOGIT = 10;

/**
 * A mask as a prompt: logits of 10 inside and −10 outside, in the size of the model's masks.
 *
 * @param parts  a model and its processor, whose resampling is used
 * @returns      float32 [h, w]
 */
export async function maskPrompt(
  mask: Mask,
  parts: { readonly model: SegmentationModel; readonly processor: Sam2Processor },
  signal?: AbortSignal,
): Promise<Tensor<"float32">> {
  checkMembers(mask, "mask", "a mask", "size", "toBitmap");
  checkParts(parts, "maskPrompt");
  const { model, processor } = parts;
  const [height, width] = mask.size;
  const [rows, columns] = model.maskSize;
  const { pixelValues } = await processor.imageProcessor.preprocess(
    { data: mask.toBitmap().data.map((bit) => 255 * bit), height, width, channels: 1 },
    {
      size: { height: rows, width: columns },
      resample: "bilinear",
      doResize: true,
      doCenterCrop: false,
      doPad: false,
      doConvertRgb: true,
      doRescale: true,
      rescaleFactor: 1 / 255,
      doNormalize: true,
      imageMean: 0.5,
      imageStd: 0.5 / SURE_LOGIT,
      signal,
    },
  );
  return new Tensor("float32", pixelValues.data.subarray(0, rows * columns) as Float32Array, [rows, columns]);
}
