import { expect, it } from "vitest";
import { packBfloat16, unpackBfloat16 } from "./bfloat16.js";

it("keeps bfloat16 values and rounds others to the nearest, ties to even", () => {
  const values = new Float32Array([
    0,
    -1,
    1.5,
    3.140625,
    1 + 2 ** -8,
    1 + 3 * 2 ** -8,
    1 + 2 ** -8 + 2 ** -20,
  ]);
  const wide = new Float32Array(values.length + 2);
  unpackBfloat16(packBfloat16(values), wide, 2);
  expect([...wide.subarray(2)]).toEqual([0, -1, 1.5, 3.140625, 1, 1 + 2 ** -6, 1 + 2 ** -7]);
  expect([...wide.subarray(0, 2)]).toEqual([0, 0]);
});
