import { rleFromBitmap } from "@sam2js/masks";
import { describe, expect, it } from "vitest";
import { roundedPath, toMaskView } from "./mask-view.js";

describe("toMaskView", () => {
  it("gives area, box and a closed border", () => {
    const bits = new Uint8Array(40 * 30);
    for (let y = 5; y < 15; y++) bits.fill(1, y * 40 + 10, y * 40 + 30);
    const view = toMaskView(rleFromBitmap(bits, 40, 30));
    expect(view).toMatchObject({ area: 200, box: [10, 5, 29, 14] });
    expect(view.path).toMatch(/^M[^M]*Z$/);
  });

  it("is empty for an empty mask", () => {
    expect(toMaskView(rleFromBitmap(new Uint8Array(12), 4, 3))).toMatchObject({ path: "", area: 0 });
  });
});

describe("roundedPath", () => {
  const square = [{ outer: [0, 0, 100, 0, 100, 100, 0, 100], holes: [] }];

  it("rounds corners by the radius and keeps the edges between", () => {
    expect(roundedPath(square, 5)).toBe(
      "M0 5Q0 0 5 0L95 0Q100 0 100 5L100 95Q100 100 95 100L5 100Q0 100 0 95Z",
    );
  });

  it("meets in the middle of edges that are shorter", () => {
    expect(roundedPath(square, 500)).toBe(
      "M0 50Q0 0 50 0L50 0Q100 0 100 50L100 50Q100 100 50 100L50 100Q0 100 0 50Z",
    );
  });
});
