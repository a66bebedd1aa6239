import { visitColumns } from "../formats/column-visits.js";
import { checkMasks } from "../masks/check-masks.js";
import type { MaskFacts } from "../masks/mask.js";
import { rleArea, rleBox } from "../masks/rle.js";
import type { Rle } from "../masks/run-lengths.js";

/** From this share of the image on, a larger object is no likelier to be the subject. */
const LARGE = 0.25;

/** Where the centre of mass is on the border of the image or beyond the ellipse in it. */
const LEAST_CENTRAL = 0.01;

/**
 * The mask that shows what the image is of, as far as that can be told without asking: the one with the highest product of
 * - its score, 0 to 1;
 * - its size: the root of its share of the image, from a quarter on 1. A part of the subject loses against the whole;
 * - how central it is: 1 − u² − v², at least 0.01. u and v are from its centre of mass to the middle of the image, in halves of its width and height;
 * - how little it looks like ground: (1 − b)², b being the share of the image's border that it covers. Sky and floor cover much of it;
 * - how whole it is: the columns of its box over the vertical stretches that it has in them, at most 1. Walls and water seen between other things are ragged.
 *
 * @param masks  of one image, for example of mask generation with a coarse grid; a mask without a score counts as sure
 * @returns      the first of equals; undefined where all are empty
 */
export function mainSubject<T extends Rle & Pick<MaskFacts, "score">>(masks: readonly T[]): T | undefined {
  checkMasks(masks);
  let best: T | undefined;
  let most = 0;
  for (const mask of masks) {
    const value = subjectScore(mask);
    if (value > most) [best, most] = [mask, value];
  }
  return best;
}

function subjectScore(mask: Rle & Pick<MaskFacts, "score">): number {
  const [height, width] = mask.size;
  const area = rleArea(mask);
  if (area === 0) return 0;
  const { x, y, border, stretches } = shapeOf(mask);
  const size = Math.min(1, Math.sqrt(area / (height * width) / LARGE));
  const [u, v] = [(2 * x) / (area * width) - 1, (2 * y) / (area * height) - 1];
  const central = Math.max(LEAST_CENTRAL, 1 - u * u - v * v);
  // Corners belong to two sides.
  const ground = border / (2 * (width + height));
  const [left, , right] = rleBox(mask);
  const whole = Math.min(1, (right + 1 - left) / stretches);
  return (mask.score ?? 1) * size * central * (1 - ground) ** 2 * whole;
}

/** Sums of the middles of its pixels, how many lie on the image's sides, and its vertical stretches. */
function shapeOf(mask: Rle) {
  const [height, width] = mask.size;
  let [x, y, border, stretches] = [0, 0, 0, 0];
  visitColumns(mask, (column, top, bottom) => {
    const count = bottom - top;
    x += count * (column + 0.5);
    y += (count * (top + bottom)) / 2;
    stretches += 1;
    if (top === 0) border += 1;
    if (bottom === height) border += 1;
    if (column === 0) border += count;
    if (column === width - 1) border += count;
  });
  return { x, y, border, stretches };
}
