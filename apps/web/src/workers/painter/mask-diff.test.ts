import { expect, it } from "vitest";
import { around, changedBoxes, type PlacedMask } from "./mask-diff.js";

const mask = (number: number, fill = 0.4): PlacedMask => ({
  number,
  style: { color: "#75c4fa", isChosen: false, isDashed: false, isOld: false, fill },
  box: [number, 10 * number, number + 1, 10 * number + 1],
});
const many = Array.from({ length: 120 }, (_, i) => mask(i));

it("one of many that comes, goes or looks otherwise changes its own place", () => {
  expect(changedBoxes(many, many)).toEqual([]);
  expect(changedBoxes(many, many.toSpliced(50, 1))).toEqual([mask(50).box]);
  expect(changedBoxes(many, many.toSpliced(50, 0, mask(200)))).toEqual([mask(200).box]);
  expect(changedBoxes(many, many.with(7, mask(7, 0.6)))).toEqual([mask(7).box, mask(7).box]);
});

it("another order, or another look of all, changes everything", () => {
  expect(changedBoxes([mask(1), mask(2)], [mask(2), mask(1)])).toBeNull();
  expect(
    changedBoxes(
      many,
      many.map(({ number }) => mask(number, 0)),
    ),
  ).toBeNull();
});

it("boxes have one around them all", () => {
  expect(around([])).toBeNull();
  expect(around([mask(3).box, mask(1).box])).toEqual([1, 10, 4, 31]);
});
