import type { RgbImage } from "@sam2js/core";
import type { ImageEmbeddings } from "@sam2js/embeddings";
import { Mask } from "@sam2js/masks";
import {
  maskPrompt,
  type ObjectMask,
  type ObjectPrompt,
  segmentObjects,
  segmentSubject,
} from "@sam2js/pipeline";
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
  /** Find what the image is of too, as an object of its own. */
  readonly subject?: boolean | undefined;
  /** Of the image, where it was encoded before; disposed of here. Default: it is encoded. */
  readonly embeddings?: ImageEmbeddings | undefined;
  readonly signal: AbortSignal;
}

/** A mask that was found for an object. */
export type Finding = ObjectMask<ObjectPrompt & Pick<PromptObject, "id" | "category" | "points" | "labels">>;

/** Name of the object that is found without a prompt. */
export const SUBJECT = "subject";

/**
 * Segments objects of one image, which is encoded once.
 *
 * @returns  findings in the order of the objects, the subject last
 */
export async function segmentImage(
  loaded: LoadedModel,
  image: RgbImage,
  objects: readonly PromptObject[],
  { maskLabel, embeddings: given, subject = false, ...options }: SegmentOptions,
): Promise<Finding[]> {
  const { signal } = options;
  const embeddings = given ?? (await encode(loaded, image, signal));
  try {
    const prompts: Finding["object"][] = [];
    for (const { mask, ...object } of objects) {
      const logits = mask === undefined ? undefined : await loadMaskPrompt(mask, loaded, maskLabel, signal);
      prompts.push({ ...object, mask: logits });
    }
    const size = [image.height, image.width] as const;
    const findings = await segmentObjects(loaded, embeddings, size, prompts, options);
    return subject ? [...findings, await findSubject(loaded, embeddings, size, signal)] : findings;
  } finally {
    await embeddings.dispose();
  }
}

/** An empty mask where nothing was found. */
async function findSubject(
  loaded: LoadedModel,
  embeddings: ImageEmbeddings,
  size: readonly [number, number],
  signal: AbortSignal,
): Promise<Finding> {
  const found = await segmentSubject(loaded, embeddings, size, { signal });
  const mask = found ?? new Mask({ size, counts: [size[0] * size[1]] });
  const object = { id: SUBJECT, points: [], labels: [] };
  return { object, rank: undefined, mask, logits: await maskPrompt(mask, loaded, signal) };
}

async function encode({ model, processor }: LoadedModel, image: RgbImage, signal: AbortSignal) {
  const { pixelValues } = await processor.process({ images: image, signal });
  return model.getImageEmbeddings(pixelValues, { signal });
}
