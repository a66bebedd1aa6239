import { expect, it } from "vitest";
import { leastIou, rangeOf, relativeError } from "./closeness.js";

const row = (...data: number[]) => ({ dims: [1, data.length], data });

it("errors are measured by the range of what is expected, or by the distance to 0 where there is none", () => {
  expect(relativeError(row(1, 5), row(0, 4))).toBe(0.25);
  expect(relativeError(row(12), row(10))).toBe(0.2);
  expect(relativeError(row(0.5), row(0.25))).toBe(0.25);
  expect(relativeError(row(1, 5), row(0, 4), 100)).toBe(0.01);
  expect(rangeOf([-3, 2])).toBe(5);
});

it("a missing tensor, another shape and NaN are infinitely far", () => {
  expect(relativeError(undefined, row(1))).toBe(Number.POSITIVE_INFINITY);
  expect(relativeError(row(1), row(1, 2))).toBe(Number.POSITIVE_INFINITY);
  expect(relativeError(row(1, Number.NaN), row(1, 2))).toBe(Number.POSITIVE_INFINITY);
});

it("the worst mask counts, every pixel of it unless it is said which are undecided", () => {
  const masks = { dims: [2, 1, 2], data: [1, 1, 1, 1] };
  expect(leastIou(masks, { dims: [2, 1, 2], data: [1, 1, 1, -0.1] })).toBe(0.5);
  expect(leastIou(masks, { dims: [2, 1, 2], data: [1, 1, 1, -0.1] }, 0.2)).toBe(1);
  expect(leastIou({ dims: [1, 1], data: [-1] }, { dims: [1, 1], data: [-2] })).toBe(1);
  expect(leastIou(row(1), row(1, 2))).toBe(0);
});
