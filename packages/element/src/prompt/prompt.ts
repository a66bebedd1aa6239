import { InputError, sortedCorners } from "@sam2js/core";

/** (x, y) in pixels of the picture, x to the right, y down. */
export type Point = readonly [x: number, y: number];

/** Two opposite corners in pixels of the picture. */
export type Box = readonly [x0: number, y0: number, x1: number, y1: number];

/** What points at the object. */
export interface ElementPrompt {
  /** (x, y) in pixels of the picture. */
  readonly points: readonly Point[];
  /** One per point: 1 for inside the object, 0 for outside. */
  readonly labels: readonly number[];
  /** Around the object: x0, y0, x1, y1 in pixels of the picture. */
  readonly box?: Box | undefined;
}

export const NO_PROMPT: ElementPrompt = { points: [], labels: [] };

/** Whether there is nothing that a mask could be of. */
export function isEmpty({ points, box }: ElementPrompt): boolean {
  return points.length === 0 && box === undefined;
}

export function withPoint(prompt: ElementPrompt, point: Point, isInside: boolean): ElementPrompt {
  const { points, labels } = prompt;
  return { ...prompt, points: [...points, point], labels: [...labels, isInside ? 1 : 0] };
}

/** The box from its upper left to its lower right corner. */
export function withBox(prompt: ElementPrompt, box: Box): ElementPrompt {
  return { ...prompt, box: sortedCorners(box) };
}

/** A prompt from outside: of a program, or a restored form. @throws {InputError} it is none */
export function checkPrompt(given: Partial<ElementPrompt>): ElementPrompt {
  const { points = [], labels = points.map(() => 1), box } = given;
  const isPair = (each: unknown) => Array.isArray(each) && each.length === 2 && each.every(Number.isFinite);
  if (!Array.isArray(points) || !points.every(isPair))
    throw InputError.expected("points", "pairs [x, y] in pixels of the picture", JSON.stringify(points));
  if (!Array.isArray(labels) || labels.length !== points.length || !labels.every((l) => l === 0 || l === 1))
    throw InputError.expected(
      "labels",
      `${points.length} of 1 (inside) or 0 (outside)`,
      JSON.stringify(labels),
    );
  if (box === undefined) return { points, labels };
  if (!Array.isArray(box) || box.length !== 4 || !box.every(Number.isFinite))
    throw InputError.expected("box", "[x0, y0, x1, y1] in pixels of the picture", JSON.stringify(box));
  return withBox({ points, labels }, box as unknown as Box);
}
