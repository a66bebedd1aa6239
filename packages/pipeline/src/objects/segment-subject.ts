import { checkOptions } from "@sam2js/core";
import type { ImageEmbeddings } from "@sam2js/embeddings";
import type { Mask } from "@sam2js/masks";
import type { Sam2Processor } from "@sam2js/processor";
import { MaskGenerator } from "../generation/mask-generator.js";
import { checkParts } from "../model/check-parts.js";
import type { SegmentationModel } from "../model/segmentation-model.js";
import { findSubject } from "./find-subject.js";
import { segmentObjects } from "./segment-objects.js";

/** The subject may be a thing that the model is half sure of. */
const LEAST_SCORE = 0.5;
const LEAST_STABILITY = 0.75;

/**
 * The mask of what an image is of, without a prompt: {@link findSubject} on an image that was encoded before.
 *
 * @param parts    a model and the processor of the same checkpoint and image size
 * @param size     [height, width] of the image in pixels
 * @param options  `signal`: aborting rejects with its reason
 * @returns        in the size of the image, with its score; null where nothing was found
 * @throws {InputError} embeddings of another model
 */
export async function segmentSubject(
  parts: { readonly model: SegmentationModel; readonly processor: Sam2Processor },
  imageEmbeddings: ImageEmbeddings,
  size: readonly [number, number],
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Mask | null> {
  checkOptions(options, ["signal"], "segmentSubject");
  checkParts(parts, "segmentSubject");
  const { signal } = options;
  return findSubject(size, {
    async ask(prompt, multimask) {
      const found = await segmentObjects(parts, imageEmbeddings, size, [prompt], { multimask, signal });
      return found.map(({ mask }) => mask);
    },
    async *grid(pointsPerCrop) {
      const events = new MaskGenerator(parts).stream(new Blob([]), {
        pointsPerCrop,
        predIouThresh: LEAST_SCORE,
        stabilityScoreThresh: LEAST_STABILITY,
        encoded: { embeddings: imageEmbeddings, size },
        signal,
      });
      for await (const event of events) if (event.type === "found") yield event.mask;
    },
  });
}
