import { describe, expect, it } from "vitest";
import { ShapeError } from "../errors/errors.js";
import { isDeviceTensor } from "./device-tensor.js";
import { checkTensor, isTensorLike, Tensor, type TensorLike } from "./tensor.js";
import { BYTES_PER_ELEMENT, elementCount } from "./tensor-type.js";

const bad = (value: unknown) => () => checkTensor(value as TensorLike, "points");

describe("Tensor", () => {
  it("wraps data without a copy and keeps its shape to itself", () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    const dims = [2, 3];
    const tensor = new Tensor("float32", data, dims);
    dims[0] = 9;
    expect(tensor.data).toBe(data);
    expect(tensor.dims).toEqual([2, 3]);
    expect(tensor.size).toBe(6);
    expect(tensor.reshape([3, 2]).data).toBe(data);
    expect(() => tensor.reshape([4, 2])).toThrow(ShapeError);
  });

  it("makes zeros of every type", () => {
    expect(Tensor.zeros("float16", [2, 0]).data).toEqual(new Uint16Array(0));
    expect(Tensor.zeros("uint8", [3]).data).toEqual(new Uint8Array(3));
    expect(Tensor.zeros("int32", []).size).toBe(1);
    expect(() => Tensor.zeros("float32", [-1])).toThrow(ShapeError);
    expect(() => Tensor.zeros("float32", [1.5])).toThrow(ShapeError);
  });

  it("is not made of nothing, or of an unknown type", () => {
    expect(() => Tensor.from(null as never)).toThrow(ShapeError);
    expect(() => Tensor.zeros("float64" as never, [1])).toThrow(ShapeError);
  });

  it("is made from plain objects, and is itself already", () => {
    const tensor = Tensor.zeros("int32", [2]);
    expect(Tensor.from(tensor)).toBe(tensor);
    expect(Tensor.from({ type: "int32", dims: [2], data: tensor.data }).data).toBe(tensor.data);
  });
});

describe("checkTensor", () => {
  it("takes what agrees, scalars and empty tensors too", () => {
    expect(bad({ type: "float32", dims: [], data: new Float32Array(1) })).not.toThrow();
    expect(bad({ type: "uint8", dims: [0, 5], data: new Uint8Array(0) })).not.toThrow();
  });

  it.each([
    [
      { type: "float64", dims: [1], data: new Float64Array(1) },
      'points: expected type float32, float16, int32, uint8, got "float64"',
    ],
    [{ type: "toString", dims: [1], data: new Float32Array(1) }, "points: expected type float32"],
    [
      { type: "float32", dims: [1], data: new Int32Array(1) },
      "points: expected Float32Array data for type float32, got Int32Array",
    ],
    [
      { type: "float32", dims: [1], data: [1] },
      "points: expected Float32Array data for type float32, got Array",
    ],
    [
      { type: "float32", dims: [2, 2], data: new Float32Array(3) },
      "points: expected 4 elements for dims [2, 2], got 3",
    ],
    [
      { type: "float32", dims: [-1], data: new Float32Array(1) },
      "points: expected dims of whole numbers >= 0, got [-1]",
    ],
    [{ type: "float32", dims: [Number.NaN], data: new Float32Array(1) }, "points: expected dims"],
    [{ type: "float32", dims: "1", data: new Float32Array(1) }, "points: expected dims"],
    [null, "points: expected a tensor { type, data, dims }, got null"],
    [5, "points: expected a tensor { type, data, dims }, got 5"],
  ])("refuses %j", (value, message) => {
    expect(bad(value)).toThrow(ShapeError);
    expect(bad(value)).toThrow(message);
  });
});

describe("isTensorLike and isDeviceTensor", () => {
  it("tell tensors from other values", () => {
    expect(isTensorLike(Tensor.zeros("uint8", [1]))).toBe(true);
    expect(isTensorLike({ type: "float32", dims: [], data: new Float32Array(1) })).toBe(true);
    for (const value of [null, 3, [], {}, { type: "toString", dims: [], data: new Uint8Array(1) }]) {
      expect(isTensorLike(value)).toBe(false);
      expect(isDeviceTensor(value)).toBe(false);
    }
    expect(isDeviceTensor({ location: "device" })).toBe(true);
  });
});

describe("sizes", () => {
  it("count elements and their bytes", () => {
    expect(elementCount([2, 3, 4])).toBe(24);
    expect(elementCount([])).toBe(1);
    expect(BYTES_PER_ELEMENT.float16).toBe(2);
  });
});
