import { expect, test } from "vitest";
import { median, quantile, slope } from "./statistics.mjs";

test("the median of an even number of values is the mean of the middle two", () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([9, 1, 5])).toBe(5);
  expect(median([])).toBeUndefined();
});

test("quantiles lie between their neighbours", () => {
  expect(quantile([0, 10], 0.25)).toBe(2.5);
  expect(quantile([3, 1, 2], 1)).toBe(3);
});

test("the slope of a line is found in its points", () => {
  expect(
    slope([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
  ).toBe(2);
  expect(
    slope([
      [1, 1],
      [1, 2],
    ]),
  ).toBe(0);
});
