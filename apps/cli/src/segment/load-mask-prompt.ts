import type { Tensor } from "@sam2js/core";
import { maskPrompt } from "@sam2js/pipeline";
import { loadMask } from "../io/load-mask.js";
import type { LoadedModel } from "../model/with-model.js";

/**
 * A mask file as a mask prompt: logits as they are; pixels as logits of 10 inside and −10 outside, in the size of the model's masks.
 *
 * @param label  see `readMask`
 * @returns      float32 [h, w] logits; for logits of the file's size
 * @throws {NotFoundError} there is no such file  @throws {ImageError} it is no picture  @throws {InputError} it is not one mask
 */
export async function loadMaskPrompt(
  path: string,
  loaded: LoadedModel,
  label: number | undefined,
  signal: AbortSignal,
): Promise<Tensor<"float32">> {
  const { mask, logits } = await loadMask(path, { label, runtime: loaded.model.runtime, signal });
  return logits ?? maskPrompt(mask, loaded, signal);
}
