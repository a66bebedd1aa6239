import { rleFromBitmap } from "@sam2js/masks";
import { expect, it } from "vitest";
import { hintLogits } from "./hint-logits.js";

it("says of each cell whether the pixel in its middle is inside", () => {
  // 4 x 2 pixels; inside: the right half of the first row.
  const rle = rleFromBitmap([0, 0, 1, 1, 0, 0, 0, 0], 4, 2);
  expect([...hintLogits(rle, 2)]).toEqual([-10, 10, -10, -10]);
});
