import { expect, test } from "vitest";
import { deepestMistake, iou, shrink } from "./bitmaps.mjs";

test("the overlap of two empty bitmaps is 0, as in the Python evaluation", () => {
  expect(iou([0, 0], [0, 0])).toBe(0);
  expect(iou([1, 1, 0], [0, 1, 1])).toBe(1 / 3);
});

test("a cell of a smaller bitmap is inside if more than half of its pixels are", () => {
  expect([...shrink([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0], 4, 2)]).toEqual([1, 0, 0, 1]);
});

test("a correction goes where most pixels around are wrong, with the label of what is there", () => {
  const actual = new Uint8Array(64);
  for (const cell of [36, 37, 44, 45, 46, 53]) actual[cell] = 1;
  expect(deepestMistake(new Uint8Array(64), actual, 8)).toEqual({ x: 4.5 / 8, y: 4.5 / 8, label: 1 });
  const predicted = actual.slice();
  predicted[0] = 1;
  expect(deepestMistake(predicted, actual, 8)).toEqual({ x: 0.5 / 8, y: 0.5 / 8, label: 0 });
});
