import { expect, it } from "vitest";
import { stretch } from "./stretch.js";

const grey = (width: number, height: number, ...values: number[]) => ({
  data: Uint8Array.from(values.flatMap((value) => [value, value, value])),
  width,
  height,
  channels: 3 as const,
});

it("goes linearly from centre to centre, and holds the edges", () => {
  expect(stretch(grey(2, 1, 0, 100), 4, 1)).toEqual(grey(4, 1, 0, 25, 75, 100));
  expect(stretch(grey(1, 2, 0, 100), 1, 4)).toEqual(grey(1, 4, 0, 25, 75, 100));
  expect(stretch(grey(4, 1, 0, 100, 0, 100), 2, 1)).toEqual(grey(2, 1, 50, 50));
});

it("leaves a picture of that size as it is", () => {
  const image = grey(2, 1, 0, 100);
  expect(stretch(image, 2, 1)).toBe(image);
});
