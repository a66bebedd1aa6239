import type { RgbImage } from "@sam2js/core";
import type { ImageEmbeddings } from "@sam2js/embeddings";
import { type ObjectMask, type ObjectPrompt, segmentObjects } from "@sam2js/pipeline";
import type { LoadedModel } from "../model/with-model.js";
import type { PromptObject } from "../prompts/prompt-object.js";
import { loadMaskPrompt } from "./load-mask-prompt.js";

export interface SegmentOptions {
  /** Keep all masks that the model has for an object, best first, rather than one. */
  readonly multimask: boolean;
  /** In pixels of the model's masks (a quarter of its input). */
  readonly maxHoleArea: number;
  readonly maxSprinkleArea: number;
  /** The one label of mask files that is meant. */
  readonly maskLabel?: number | undefined;
  /** Of the image, where it was encoded before; disposed of here. Default: it is encoded. */
  readonly embeddings?: ImageEmbeddings | undefined;
  readonly signal: AbortSignal;
}

/** A mask that was found for an object. */
export type Finding = ObjectMask<ObjectPrompt & Pick<PromptObject, "id" | "category" | "points" | "labels">>;

/**
 * Segments objects of one image, which is encoded once.
 *
 * @returns  findings in the order of the objects
 */
export async function segmentImage(
  loaded: LoadedModel,
  image: RgbImage,
  objects: readonly PromptObject[],
  { maskLabel, embeddings: given, ...options }: SegmentOptions,
): Promise<Finding[]> {
  const { signal } = options;
  const embeddings = given ?? (await encode(loaded, image, signal));
  try {
    const prompts: Finding["object"][] = [];
    for (const { mask, ...object } of objects) {
      const logits = mask === undefined ? undefined : await loadMaskPrompt(mask, loaded, maskLabel, signal);
      prompts.push({ ...object, mask: logits });
    }
    return await segmentObjects(loaded, embeddings, [image.height, image.width], prompts, options);
  } finally {
    await embeddings.dispose();
  }
}

async function encode({ model, processor }: LoadedModel, image: RgbImage, signal: AbortSignal) {
  const { pixelValues } = await processor.process({ images: image, signal });
  return model.getImageEmbeddings(pixelValues, { signal });
}
