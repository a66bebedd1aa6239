import { expect, it } from "vitest";
import { concatTensors, tensorFromBytes } from "./golden-tensor.js";

it("reads little-endian bytes at any alignment", () => {
  const bytes = new Uint8Array(9);
  new DataView(bytes.buffer).setFloat32(1, 1.5, true);
  new DataView(bytes.buffer).setFloat32(5, -2, true);
  expect(tensorFromBytes("float32", [2], bytes.subarray(1)).data).toEqual(Float32Array.of(1.5, -2));
});

it("refuses bytes that are not of the shape's length", () => {
  expect(() => tensorFromBytes("int32", [3], new Uint8Array(8))).toThrow(RangeError);
});

it("joins a batch along its first axis", () => {
  const a = tensorFromBytes("uint8", [1, 2], Uint8Array.of(1, 2));
  const b = tensorFromBytes("uint8", [2, 2], Uint8Array.of(3, 4, 5, 6));
  expect(concatTensors([a, b])).toEqual({
    type: "uint8",
    dims: [3, 2],
    data: Uint8Array.of(1, 2, 3, 4, 5, 6),
  });
});

it("refuses to join other shapes and types", () => {
  const a = tensorFromBytes("uint8", [1, 2], Uint8Array.of(1, 2));
  expect(() => concatTensors([a, tensorFromBytes("uint8", [2, 1], Uint8Array.of(1, 2))])).toThrow(RangeError);
  expect(() => concatTensors([a, tensorFromBytes("int32", [1, 2], new Uint8Array(8))])).toThrow(RangeError);
});
