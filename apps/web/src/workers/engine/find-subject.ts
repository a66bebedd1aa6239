import { Mask } from "@sam2js/masks";
import { findSubject as findIt } from "@sam2js/pipeline";
import type { PhotoInput } from "../../protocol/engine.js";
import type { Segmenter } from "./segmenter.js";

/** What a photo is of. @returns null where nothing was found */
export function findSubject(
  segmenter: Segmenter,
  photo: PhotoInput,
  signal: AbortSignal,
): Promise<Mask | null> {
  const photoSize = [photo.height, photo.width] as const;
  return findIt(photoSize, {
    async ask({ points = [], box }, isMultimask) {
      const prompts = {
        points: points.map(([x, y], i) => ({ id: `guess-${i}`, x, y, isInclude: true })),
        box: box ? { x0: box[0], y0: box[1], x1: box[2], y1: box[3] } : null,
        mask: undefined,
        isMultimask,
      };
      const { logits, size, scores } = await segmenter.decode(photo, prompts, signal);
      return logits.map((data, i) =>
        Mask.fromLogits({ type: "float32", dims: [...size], data }, photoSize, { score: scores[i] }),
      );
    },
    grid: (pointsPerSide) => segmenter.everything(photo, pointsPerSide, () => undefined, signal),
  });
}
