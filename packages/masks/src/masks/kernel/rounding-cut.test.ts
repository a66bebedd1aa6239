import { describe, expect, it } from "vitest";
import { seeded } from "../__fixtures__/random-masks.js";
import { roundingCut } from "./rounding-cut.js";

describe("roundingCut", () => {
  it("separates float64 values exactly where rounding to float32 does, ties included", () => {
    const random = seeded(11);
    const given = Array.from({ length: 500 }, () => Math.fround((random() - 0.5) * 10 ** (8 * random() - 4)));
    for (const threshold of [0, -0, 1, -1, 0.5, 2 ** -149, -(2 ** -149), ...given]) {
      const cut = roundingCut(threshold);
      const step = Math.max(Math.abs(cut) * 2 ** -52, 5e-324);
      for (const value of [cut - 3 * step, cut - step, cut, cut + step, cut + 3 * step, threshold]) {
        expect(value > cut, `${value} and ${threshold}`).toBe(Math.fround(value) > threshold);
      }
    }
  });
});
