import { rleFromBitmap } from "@sam2js/masks";
import { expect, it } from "vitest";
import { toMot } from "./mot.js";

it("writes frames, objects and pixels from 1 on, sorted by frame", () => {
  // 4 x 3 pixels; inside: x 1 to 2, y 1.
  const rle = rleFromBitmap([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], 4, 3);
  const text = toMot([
    { masks: [{ frame: 4, rle, score: 0 }] },
    {
      masks: [
        { frame: 0, rle, score: 100 },
        { frame: 4, rle, score: -100 },
      ],
    },
  ]);
  expect(text.split("\n")).toEqual([
    "1,2,2,2,2,1,1.0000,-1,-1,-1",
    "5,1,2,2,2,1,0.5000,-1,-1,-1",
    "5,2,2,2,2,1,0.0000,-1,-1,-1",
    "",
  ]);
});
