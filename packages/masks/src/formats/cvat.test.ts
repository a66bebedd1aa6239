import { InputError } from "@sam2js/core";
import { expect, it } from "vitest";
import { noiseBitmap, seeded } from "../masks/__fixtures__/random-masks.js";
import { Mask } from "../masks/mask.js";
import { rleFromBitmap } from "../masks/rle.js";
import { fromCvatMask, toCvatMask } from "./cvat.js";

/** Rows of a mask with the numbers that `encode_mask` of cvat-sdk 2.80.0 gives for them. */
const KNOWN: readonly (readonly [readonly string[], readonly number[]])[] = [
  [
    ["....", ".##.", ".#..", "...."],
    [0, 3, 1, 1, 1, 2, 2],
  ],
  [
    ["#..#", "####"],
    [0, 1, 2, 5, 0, 0, 3, 1],
  ],
  [
    ["....", "...#", ".#..", "...."],
    [2, 2, 2, 1, 1, 3, 2],
  ],
  [
    ["....", "...."],
    [1, 0, 0, 0, 0],
  ],
  [
    ["##", "##"],
    [0, 4, 0, 0, 1, 1],
  ],
  [
    [".....", "#...#", "..#.."],
    [0, 1, 3, 1, 2, 1, 2, 0, 1, 4, 2],
  ],
];

function maskOf(rows: readonly string[]): Mask {
  const data = Uint8Array.from(rows.join(""), (letter) => (letter === "#" ? 1 : 0));
  return Mask.fromBitmap({ type: "uint8", data, dims: [rows.length, rows[0]?.length ?? 0] });
}

it.each(KNOWN)("writes and reads %j as cvat-sdk does", (rows, points) => {
  const mask = maskOf(rows);
  expect(toCvatMask(mask)).toEqual(points);
  expect(fromCvatMask(points, mask.size).counts).toEqual(mask.counts);
});

it("gives masks of any shape back", () => {
  const random = seeded(7);
  for (const [width, height] of [
    [1, 1],
    [1, 40],
    [33, 1],
    [57, 31],
  ] as const) {
    const rle = rleFromBitmap(noiseBitmap(random, width, height, 0.4), width, height);
    const back = fromCvatMask(toCvatMask(rle), rle.size);
    expect([...back.counts]).toEqual([...rle.counts]);
  }
});

it.each([
  ["too few numbers", [1, 0, 0, 0]],
  ["half pixels", [0.5, 0.5, 0, 0, 0, 0]],
  ["a box outside the image", [0, 4, 2, 0, 3, 1]],
  ["a box inside out", [0, 1, 1, 0, 0, 0]],
  ["run lengths that do not fill the box", [0, 3, 0, 0, 1, 1]],
])("refuses %s", (_, points) => {
  expect(() => fromCvatMask(points, [2, 2])).toThrow(InputError);
});
