import { expect, test } from "vitest";
import { staysInPlace } from "./stays-in-place.js";

/** MLP of a block of hiera-large, [features, C] in float32, with the rows of its stage for an image of 1024 pixels. */
const blocks = [
  ["first", 576, 144, 65536],
  ["second", 1152, 288, 16384],
  ["third", 2304, 576, 4096],
  ["fourth", 4608, 1152, 1024],
] as const;

/** As measured on two threads: see the docstring of `staysInPlace`. For more threads, what two threads take with as many rows for each. */
test.runIf(process.arch === "x64").each([
  [1, ["third", "fourth"]],
  [2, ["third", "fourth"]],
  [4, ["third"]],
  [8, ["third"]],
  [16, []],
])("on %i thread(s) the blocks of these stages of hiera-large stay in place: %j", (threads, expected) => {
  const inPlace = blocks.filter(([, features, channels, rows]) =>
    staysInPlace({ location: "w", byteOffset: 0, byteLength: 4 * features * channels, rows }, threads),
  );
  expect(inPlace.map(([stage]) => stage)).toEqual(expected);
});

test("weights that are small, or of which no number of rows is known, do not", () => {
  const range = { location: "w", byteOffset: 0, byteLength: 2 ** 20 };
  expect(staysInPlace(range, 1)).toBe(false);
  expect(staysInPlace({ ...range, rows: 2048, byteLength: 2 ** 20 - 4 }, 1)).toBe(false);
});
