import { checkNumber, checkOptions } from "@sam2js/core";
import { checkBitmap } from "./connected-components.js";
import { labelRuns } from "./label-runs.js";
import { rowRuns } from "./runs.js";

/** Which small components change sides. */
export interface CleanLogitsOptions {
  /** A logit above it is inside. Default 0. */
  readonly maskThreshold?: number | undefined;
  /** Holes of at most so many pixels are filled. Default 0: none. */
  readonly maxHoleArea?: number | undefined;
  /** Sprinkles of at most so many pixels are removed. Default 0: none. */
  readonly maxSprinkleArea?: number | undefined;
}

/** How far on the other side of the threshold a pixel that changes sides is put. */
const DECIDED = 10;

/**
 * Fills small holes and removes small sprinkles of one mask's logits, 8-connected, in place. Both are looked for in the logits
 * as given, so a sprinkle inside a hole goes before the hole is filled. A component of the outside that touches the
 * border is a hole like any other. What changes sides is set to the threshold ± 10.
 *
 * @param logits  float32 [height, width], row by row
 * @returns       whether anything changed
 * @throws {ShapeError} `logits` has not width x height values
 * @see Meta's `SAM2Transforms.postprocess_masks`
 */
export function cleanLogits(
  logits: Float32Array,
  width: number,
  height: number,
  options: CleanLogitsOptions,
): boolean {
  checkOptions(options ?? null, ["maskThreshold", "maxHoleArea", "maxSprinkleArea"], "cleanLogits options");
  const { maskThreshold = 0, maxHoleArea = 0, maxSprinkleArea = 0 } = options;
  checkBitmap(logits, width, height, "logits");
  if (!(maxHoleArea > 0) && !(maxSprinkleArea > 0)) return false;
  const bits = new Uint8Array(logits.length);
  for (let i = 0; i < bits.length; i++) bits[i] = logits[i]! > maskThreshold ? 1 : 0;
  const filled = repaint(logits, bits, width, height, false, maxHoleArea, maskThreshold + DECIDED);
  const removed = repaint(logits, bits, width, height, true, maxSprinkleArea, maskThreshold - DECIDED);
  return filled || removed;
}

/**
 * Fills the holes of a bitmap that have at most `maxArea` pixels, 8-connected, in place.
 *
 * @param bits  [height, width], row by row; 0 is outside, filled pixels become 1
 * @returns     whether anything changed
 */
export function fillHoles(bits: Uint8Array, width: number, height: number, maxArea: number): boolean {
  checkBitmap(bits, width, height);
  checkNumber(maxArea, "maxArea", "a number of pixels");
  return repaint(bits, bits, width, height, false, maxArea, 1);
}

/**
 * Removes the components of a bitmap that have at most `maxArea` pixels, 8-connected, in place.
 *
 * @param bits  [height, width], row by row; anything but 0 is inside, removed pixels become 0
 * @returns     whether anything changed
 */
export function removeSprinkles(bits: Uint8Array, width: number, height: number, maxArea: number): boolean {
  checkBitmap(bits, width, height);
  return repaint(bits, bits, width, height, true, maxArea, 0);
}

/** Writes `paint` over every component (of the inside or the outside of `bits`) of at most `maxArea` pixels. */
function repaint(
  target: Float32Array | Uint8Array,
  bits: Uint8Array,
  width: number,
  height: number,
  inside: boolean,
  maxArea: number,
  paint: number,
): boolean {
  if (!(maxArea > 0)) return false;
  const runs = rowRuns(bits, width, height, inside);
  const { labels, areas } = labelRuns(runs, 8);
  let changed = false;
  for (let y = 0; y < height; y++) {
    for (let run = runs.offsets[y]!; run < runs.offsets[y + 1]!; run++) {
      if (areas[labels[run]!]! > maxArea) continue;
      target.fill(paint, y * width + runs.starts[run]!, y * width + runs.ends[run]!);
      changed = true;
    }
  }
  return changed;
}
