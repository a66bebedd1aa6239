import { describeValue, InputError } from "@sam2js/core";
import type { Sam2Processor } from "@sam2js/processor";
import type { SegmentationModel } from "./segmentation-model.js";

/** @throws {InputError} not a model and a processor, or of different image sizes: clicks would land elsewhere */
export function checkParts(
  parts: { readonly model: SegmentationModel; readonly processor: Sam2Processor },
  what: string,
): void {
  if (!parts?.model?.config || !parts.processor?.imageProcessor) {
    throw InputError.expected(what, "{ model, processor }", describeValue(parts));
  }
  const { targetSize } = parts.processor;
  const { imageSize } = parts.model.config;
  if (targetSize === imageSize) return;
  throw InputError.expected(
    what,
    `a processor for ${imageSize}-pixel inputs`,
    `one for ${targetSize}`,
    "give model and processor the same imageSize",
  );
}
