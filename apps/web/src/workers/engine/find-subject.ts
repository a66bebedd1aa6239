import { Mask, mainSubject } from "@sam2js/masks";
import type { PhotoInput } from "../../protocol/engine.js";
import type { Segmenter, SegmenterPrompts } from "./segmenter.js";

/** Points along each side of the grid: a subject that falls through its meshes is smaller than a sixth of the photo. */
const POINTS = 6;

/** Of the photo's sides, beside a box in its middle. */
const INSET = 0.08;

/**
 * What a photo is of, as {@link mainSubject} chooses. The masks to choose from:
 * - those that a coarse grid of points finds;
 * - the three of a click in the middle;
 * - the one of a box around all but the photo's rim, which finds what is made of many parts.
 *
 * @returns  null where nothing was found
 */
export async function findSubject(
  segmenter: Segmenter,
  photo: PhotoInput,
  signal: AbortSignal,
): Promise<Mask | null> {
  const { width, height } = photo;
  const masks: Mask[] = [];
  const ask = async (prompts: Omit<SegmenterPrompts, "mask">) => {
    const { logits, size, scores } = await segmenter.decode(photo, { ...prompts, mask: undefined }, signal);
    for (const [i, data] of logits.entries())
      masks.push(
        Mask.fromLogits({ type: "float32", dims: [...size], data }, [height, width], { score: scores[i] }),
      );
  };
  const middle = { id: "middle", x: width / 2, y: height / 2, isInclude: true };
  await ask({ points: [middle], box: null, isMultimask: true });
  const [x0, y0] = [INSET * width, INSET * height];
  await ask({ points: [], box: { x0, y0, x1: width - x0, y1: height - y0 }, isMultimask: false });
  for await (const mask of segmenter.everything(photo, POINTS, () => undefined, signal)) masks.push(mask);
  return mainSubject(masks) ?? null;
}
