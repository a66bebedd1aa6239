import type { PromptForm } from "./nested.js";

/** Most points of one object: the decoder holds about 40 kB for each while it runs, for 16 objects at a time. */
export const MAX_POINTS_PER_OBJECT = 1024;

/** Most objects or boxes of one image: their masks alone, three of 256 x 256 float32 each, are 3 GB. */
export const MAX_OBJECTS_PER_IMAGE = 4096;

/** Larger numbers leave float32 where they are scaled to the model's pixels, and every mask would be NaN. */
const MAX_COORDINATE = 1e30;

const isCoordinate = (value: number) => Math.abs(value) <= MAX_COORDINATE;
const COORDINATES = `a number from ${-MAX_COORDINATE} to ${MAX_COORDINATE}`;

/** Points, (x, y) in pixels of the original image. */
export const POINTS: PromptForm = {
  name: "inputPoints",
  levels: ["image", "object", "point", "x, y"],
  limits: { object: MAX_OBJECTS_PER_IMAGE, point: MAX_POINTS_PER_OBJECT },
  last: 2,
  example: "[[[[500, 375]]]] for one point",
  isValue: isCoordinate,
  values: COORDINATES,
};

/** Labels of points: 1 inside the object, 0 outside, padding as the processor has it. */
export const LABELS: PromptForm = {
  name: "inputLabels",
  levels: ["image", "object", "point"],
  limits: { object: MAX_OBJECTS_PER_IMAGE, point: MAX_POINTS_PER_OBJECT },
  example: "[[[1]]] for one point inside the object",
  isValue: (value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31,
  values: "a whole number (1 inside, 0 outside)",
};

/** Boxes, (x0, y0, x1, y1) in pixels of the original image. */
export const BOXES: PromptForm = {
  name: "inputBoxes",
  levels: ["image", "box", "x0, y0, x1, y1"],
  limits: { box: MAX_OBJECTS_PER_IMAGE },
  last: 4,
  example: "[[[75, 275, 1725, 850]]] for one box",
  isValue: isCoordinate,
  values: COORDINATES,
};
