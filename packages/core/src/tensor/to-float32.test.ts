import { expect, it } from "vitest";
import { ShapeError } from "../errors/errors.js";
import { Tensor } from "./tensor.js";
import { toFloat32 } from "./to-float32.js";

it("widens float16, narrows float64, and leaves float32 as it is", () => {
  const plain = new Tensor("float32", Float32Array.of(1, -2), [2]);
  expect(toFloat32(plain, "x")).toBe(plain);
  const halves = new Tensor("float16", Uint16Array.of(0x3c00, 0xc000, 0x0001, 0xfc00), [4]);
  expect(Array.from(toFloat32(halves, "x")?.data ?? [])).toEqual([1, -2, 2 ** -24, Number.NEGATIVE_INFINITY]);
  const doubles = { type: "float64", dims: [2], data: Float64Array.of(0.1, 3) };
  expect(toFloat32(doubles, "x")).toEqual({ type: "float32", dims: [2], data: Float32Array.of(0.1, 3) });
});

it("takes nothing else, and no shape that does not fit", () => {
  for (const value of [undefined, null, 3, {}, new Tensor("uint8", new Uint8Array(1), [1])]) {
    expect(toFloat32(value, "x")).toBeUndefined();
  }
  expect(() => toFloat32({ dims: [3], data: Float64Array.of(1) }, "x")).toThrow(ShapeError);
});
