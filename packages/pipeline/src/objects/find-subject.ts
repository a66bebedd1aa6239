import { checkMembers, checkSize } from "@sam2js/core";
import { type Mask, mainSubject } from "@sam2js/masks";
import type { ObjectPrompt } from "./segment-objects.js";

/** Points along each side of the grid: a subject that falls through its meshes is smaller than a sixth of the image. */
const POINTS_PER_SIDE = 6;

/** Of the image's sides, beside a box in its middle. */
const INSET = 0.08;

/** How masks are had that may show the subject. */
export interface SubjectGuesses {
  /** The masks of a prompt: one, or the model's three. */
  ask(prompt: ObjectPrompt, isMultimask: boolean): Promise<readonly Mask[]>;
  /** Masks that a grid of points finds, also those that the model is half sure of. */
  grid(pointsPerSide: number): AsyncIterable<Mask>;
}

/**
 * What an image is of, as `mainSubject` of `@sam2js/masks` chooses. The masks to choose from:
 * - those that a coarse grid of points finds;
 * - the three of a click in the middle;
 * - the one of a box around all but the image's rim, which finds what is made of many parts.
 *
 * @param size  [height, width] of the image in pixels
 * @returns     null where nothing was found
 */
export async function findSubject(
  size: readonly [number, number],
  guesses: SubjectGuesses,
): Promise<Mask | null> {
  checkSize(size);
  checkMembers(guesses, "guesses", "an object with ask and grid", "ask", "grid");
  const [height, width] = size;
  const [x0, y0] = [INSET * width, INSET * height];
  const masks = [
    ...(await guesses.ask({ points: [[width / 2, height / 2]] }, true)),
    ...(await guesses.ask({ box: [x0, y0, width - x0, height - y0] }, false)),
  ];
  for await (const mask of guesses.grid(POINTS_PER_SIDE)) masks.push(mask);
  return mainSubject(masks) ?? null;
}
