import { InputError, ShapeError, Tensor } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { Mask } from "./mask.js";
import { rleIou } from "./rle-operations.js";

const bitmap = new Tensor("uint8", Uint8Array.of(0, 1, 1, 0, 1, 0), [2, 3]);

describe("Mask", () => {
  it("knows area, box and bitmap from its run lengths alone", () => {
    const mask = Mask.fromBitmap(bitmap, { score: 0.5, point: [1, 0] });
    expect(mask.area).toBe(3);
    expect(mask.box).toEqual([1, 0, 2, 1]);
    expect(mask.size).toEqual([2, 3]);
    expect(mask.toBitmap()).toEqual(bitmap);
    expect(mask.score).toBe(0.5);
    expect(mask.point).toEqual([1, 0]);
    expect(mask.crop).toBeUndefined();
    expect(rleIou(mask, { size: [2, 3], counts: [2, 2, 2] })).toBe(2 / 3);
  });

  it("comes from logits at the size of the image", () => {
    const logits = new Tensor("float32", Float32Array.of(-1, 3), [1, 2]);
    const mask = Mask.fromLogits(logits, [2, 4]);
    expect([...mask.toBitmap().data]).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
    expect(Mask.fromLogits(logits, [2, 4], { maskThreshold: -2 }).area).toBe(8);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "refuses a logit of %s",
    (value) => {
      const logits = new Tensor("float32", Float32Array.of(-1, value), [1, 2]);
      expect(() => Mask.fromLogits(logits, [2, 4])).toThrow(/expected finite numbers, got .* at index 1/);
    },
  );

  it("survives JSON", () => {
    const mask = Mask.fromBitmap(bitmap, { score: 0.5, stability: 0.9, crop: [0, 0, 3, 2], point: [1, 0] });
    const text = JSON.stringify(mask);
    expect(text).toBe(
      '{"size":[2,3],"counts":"231","score":0.5,"stability":0.9,"crop":[0,0,3,2],"point":[1,0]}',
    );
    expect(Mask.fromJSON(JSON.parse(text))).toEqual(mask);
    expect(() => Mask.fromJSON(JSON.parse("{}"))).toThrow(InputError);
  });

  it("refuses tensors that are not one mask and run lengths that do not fill the size", () => {
    expect(() => Mask.fromBitmap(bitmap.reshape([1, 2, 3]))).toThrow(ShapeError);
    expect(() => new Mask({ size: [2, 3], counts: [1, 2] })).toThrow(InputError);
    expect(() => Mask.fromLogits(bitmap as never, undefined as never)).toThrow(
      /size: expected \[height, width\]/,
    );
  });
});
