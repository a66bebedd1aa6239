import { checkOptions, checkSize, checkTensor, ShapeError, type TensorLike } from "@sam2js/core";
import { checkMasks } from "./check-masks.js";
import { cleanLogits } from "./clean-components.js";
import { Mask } from "./mask.js";
import { MaskTracer } from "./mask-tracer.js";
import { nonMaxSuppression } from "./non-max-suppression.js";
import { rleBox } from "./rle.js";
import { padRle } from "./rle-window.js";
import type { MaskBox } from "./run-lengths.js";

/** Which of a decoder's masks are worth keeping. Thresholds are exceeded, not met. */
export interface FilterMasksOptions {
  /** [height, width] of the whole image in pixels. */
  readonly originalSize: readonly [number, number];
  /** The part of it that the masks are for: [x0, y0, x1, y1], x1 and y1 exclusive. Default the whole image. */
  readonly cropBox?: readonly [number, number, number, number] | undefined;
  /** Least predicted IoU; 0 or less keeps all. Default 0.88. */
  readonly predIouThresh?: number | undefined;
  /** Least stability; 0 or less keeps all. Default 0.95. */
  readonly stabilityScoreThresh?: number | undefined;
  /** A logit above it is inside. Default 0. */
  readonly maskThreshold?: number | undefined;
  /** How far the threshold is raised and lowered to see how stable the mask is. Default 1. */
  readonly stabilityScoreOffset?: number | undefined;
  /** Holes of at most so many low-resolution pixels are filled. Default 0. */
  readonly maxHoleArea?: number | undefined;
  /** Sprinkles of at most so many low-resolution pixels are removed. Default 0. */
  readonly maxSprinkleArea?: number | undefined;
  /** The click, (x, y) in pixels of the image, that the mask at a position of the input came from. */
  readonly pointOf?: ((index: number) => readonly [number, number] | undefined) | undefined;
  /** Reused from call to call where size and crop stay the same; it must be made for the masks' size and the crop's. */
  readonly tracer?: MaskTracer | undefined;
}

const OPTION_NAMES: readonly (keyof FilterMasksOptions)[] = [
  "originalSize",
  "cropBox",
  "predIouThresh",
  "stabilityScoreThresh",
  "maskThreshold",
  "stabilityScoreOffset",
  "maxHoleArea",
  "maxSprinkleArea",
  "pointOf",
  "tracer",
];

/**
 * Keeps the good masks of a decoder run, as run lengths of the whole image: by predicted IoU, then by stability, then those that are not
 * cut off by the edge of their crop. Works on low-resolution logits, never at full size; masks that fail the first test cost nothing.
 *
 * @param masks      float32 [..., h, w] logits, for example [N, M, h, w]
 * @param iouScores  float32, one per mask, for example [N, M]
 * @returns          in the order given
 * @throws {ShapeError} there is not one score per mask
 * @see the reference's `post_process_masks`, then `filter_masks`; checked in filter-masks.test.ts
 */
export function filterMasks(
  masks: TensorLike<"float32">,
  iouScores: TensorLike<"float32">,
  options: FilterMasksOptions,
): Mask[] {
  checkOptions(options ?? null, OPTION_NAMES, "filterMasks options");
  checkSize(options.originalSize, "originalSize");
  const { originalSize, cropBox = [0, 0, originalSize[1], originalSize[0]], maskThreshold = 0 } = options;
  const { predIouThresh = 0.88, stabilityScoreThresh = 0.95, stabilityScoreOffset = 1 } = options;
  checkTensor(masks, "masks");
  checkTensor(iouScores, "iouScores");
  const [h, w] = [masks.dims.at(-2) ?? 0, masks.dims.at(-1) ?? 0];
  const count = iouScores.data.length;
  if (masks.dims.length < 2 || masks.data.length !== count * h * w) {
    throw ShapeError.expected("masks", `[..., h, w] with one mask for each of ${count} scores`, masks.dims);
  }
  if (count === 0) return [];
  const [left, top, right, bottom] = cropBox;
  const tracer = options.tracer ?? new MaskTracer([h, w], [bottom - top, right - left]);
  const { maxHoleArea = 0, maxSprinkleArea = 0 } = options;
  const isClean = !maxHoleArea && !maxSprinkleArea;
  const kept: Mask[] = [];
  for (let index = 0; index < count; index++) {
    const score = iouScores.data[index]!;
    if (predIouThresh > 0 && !(score > Math.fround(predIouThresh))) continue;
    let logits = masks.data.subarray(index * h * w, (index + 1) * h * w);
    if (!isClean) {
      logits = logits.slice();
      cleanLogits(logits, w, h, { maskThreshold, maxHoleArea, maxSprinkleArea });
    }
    const stability = stabilityScore(tracer, logits, maskThreshold, stabilityScoreOffset);
    if (stabilityScoreThresh > 0 && !(stability > Math.fround(stabilityScoreThresh))) continue;
    const rle = tracer.trace(logits, maskThreshold);
    if (isBoxNearCropEdge(rleBox(rle), cropBox, originalSize)) continue;
    const point = options.pointOf?.(index);
    kept.push(new Mask(padRle(rle, left, top, originalSize), { score, stability, crop: cropBox, point }));
  }
  return kept;
}

/** Area above the raised threshold over area above the lowered one, in float32; 0 where both are empty. */
function stabilityScore(tracer: MaskTracer, logits: Float32Array, threshold: number, offset: number): number {
  const { higher, lower } = tracer.countAbove(logits, [threshold + offset, threshold - offset]);
  const [intersection, union] = offset < 0 ? [lower, higher] : [higher, lower];
  return union === 0 ? 0 : Math.fround(Math.fround(intersection) / Math.fround(union));
}

/**
 * Whether a mask's box comes near an edge of its crop (20 pixels) that is not an edge of the image: such a mask is cut off.
 *
 * @param box      [x0, y0, x1, y1] in pixels of the crop, the last pixels inside
 * @param cropBox  [x0, y0, x1, y1] in pixels of the image, x1 and y1 exclusive
 * @param size     [height, width] of the image
 */
export function isBoxNearCropEdge(
  box: MaskBox,
  cropBox: readonly [number, number, number, number],
  [height, width]: readonly [number, number],
  tolerance = 20,
): boolean {
  const image = [0, 0, width, height];
  return box.some((side, i) => {
    const position = side + cropBox[i % 2]!;
    return Math.abs(position - cropBox[i]!) <= tolerance && !(Math.abs(position - image[i]!) <= tolerance);
  });
}

/**
 * Drops masks whose box nearly equals that of a better one.
 *
 * @param cropsNmsThresh  box IoU above which the mask with the lower score goes, 0 to 1
 * @returns               best score first
 * @see the reference's `post_process_for_mask_generation`
 */
export function postProcessForMaskGeneration(masks: readonly Mask[], cropsNmsThresh = 0.7): Mask[] {
  checkMasks(masks);
  const boxes = masks.map((mask) => mask.box);
  const scores = masks.map((mask) => mask.score ?? 0);
  return nonMaxSuppression(boxes, scores, cropsNmsThresh).map((index) => masks[index]!);
}
