import { ShapeError, Tensor } from "@sam2js/core";
import { expect, it } from "vitest";
import { bestMasks } from "./best-masks.js";

const predMasks = new Tensor(
  "float32",
  Float32Array.from({ length: 24 }, (_, i) => i),
  [2, 2, 3, 1, 2],
);

it("takes the mask with the highest score of each object, the first of equals", () => {
  const scores = new Tensor("float32", Float32Array.of(1, 2, 3, 3, 2, 1, 1, 2, 2, -3, -1, -2), [2, 2, 3]);
  const best = bestMasks(predMasks, scores);
  expect(best.dims).toEqual([2, 2, 1, 2]);
  expect([...best.data]).toEqual([4, 5, 6, 7, 14, 15, 20, 21]);
});

it("refuses scores of other masks", () => {
  expect(() => bestMasks(predMasks, new Tensor("float32", new Float32Array(4), [2, 2]))).toThrow(ShapeError);
});
