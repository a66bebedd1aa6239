import { Tensor } from "@sam2js/core";
import { loadMask } from "../io/load-mask.js";
import type { LoadedModel } from "../model/with-model.js";

/** What a bitmap counts as: this inside, its negative outside. */
const SURE_LOGIT = 10;

/**
 * A mask file as a mask prompt: logits as they are; pixels as logits of 10 inside and −10 outside, in the size of the model's masks.
 *
 * @param label  see `readMask`
 * @returns      float32 [h, w] logits; for logits of the file's size
 * @throws {NotFoundError} there is no such file  @throws {ImageError} it is no picture  @throws {InputError} it is not one mask
 */
export async function loadMaskPrompt(
  path: string,
  { model, processor }: LoadedModel,
  label: number | undefined,
  signal: AbortSignal,
): Promise<Tensor<"float32">> {
  const { mask, logits } = await loadMask(path, { label, runtime: model.runtime, signal });
  if (logits) return logits;
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
