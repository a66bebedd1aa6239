import { checkNumber } from "@sam2js/core";
import { checkMasks } from "./check-masks.js";
import type { Mask } from "./mask.js";
import { nonMaxSuppression } from "./non-max-suppression.js";
import { removeSmallRegions } from "./small-regions.js";

/**
 * Fills small holes and removes small islands of full-size masks, then drops masks that have become duplicates; one that was clean
 * from the start wins over one that had to be cleaned.
 *
 * @param minMaskRegionArea  in pixels of the image; smaller regions change sides, 0 changes none
 * @param nmsThresh          box IoU above which one of two masks goes, 0 to 1; Meta takes the larger of its two thresholds
 * @returns                  the masks that were clean, then the others, each group in the order given
 * @see Meta's `SAM2AutomaticMaskGenerator.postprocess_small_regions`
 */
export function cleanMasks(masks: readonly Mask[], minMaskRegionArea: number, nmsThresh = 0.7): Mask[] {
  checkMasks(masks);
  checkNumber(minMaskRegionArea, "minMaskRegionArea", "a number of pixels");
  checkNumber(nmsThresh, "nmsThresh", "a number from 0 to 1");
  if (masks.length === 0 || !(minMaskRegionArea > 0)) return [...masks];
  const cleaned = masks.map((mask) => {
    const filled = removeSmallRegions(mask, minMaskRegionArea, "holes");
    const { rle, changed } = removeSmallRegions(filled.rle, minMaskRegionArea, "islands");
    return filled.changed || changed ? mask.withRle(rle) : mask;
  });
  const boxes = cleaned.map((mask) => mask.box);
  const scores = cleaned.map((mask, index) => (mask === masks[index] ? 1 : 0));
  return nonMaxSuppression(boxes, scores, nmsThresh).map((index) => cleaned[index]!);
}
