import { expect, it } from "vitest";
import { levelFor } from "./photo-source.js";

const level = (width: number) => ({ width, height: width }) as ImageBitmap;
const source = { levels: [level(4000), level(2000), level(1000)] };

it("draws the smallest size that need not be enlarged", () => {
  expect(levelFor(source, 900)?.width).toBe(1000);
  expect(levelFor(source, 1001)?.width).toBe(2000);
  expect(levelFor(source, 2000)?.width).toBe(2000);
});

it("enlarges the photo itself where it is seen larger than it is", () => {
  expect(levelFor(source, 9000)?.width).toBe(4000);
});
