import type { PromptForm } from "./nested.js";

const isCoordinate = (value: number) => Number.isFinite(Math.fround(value));

/** Points, (x, y) in pixels of the original image. */
export const POINTS: PromptForm = {
  name: "inputPoints",
  levels: ["image", "object", "point", "x, y"],
  last: 2,
  example: "[[[[500, 375]]]] for one point",
  isValue: isCoordinate,
  values: "a finite number",
};

/** Labels of points: 1 inside the object, 0 outside, padding as the processor has it. */
export const LABELS: PromptForm = {
  name: "inputLabels",
  levels: ["image", "object", "point"],
  example: "[[[1]]] for one point inside the object",
  isValue: (value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31,
  values: "a whole number (1 inside, 0 outside)",
};

/** Boxes, (x0, y0, x1, y1) in pixels of the original image. */
export const BOXES: PromptForm = {
  name: "inputBoxes",
  levels: ["image", "box", "x0, y0, x1, y1"],
  last: 4,
  example: "[[[75, 275, 1725, 850]]] for one box",
  isValue: isCoordinate,
  values: "a finite number",
};
