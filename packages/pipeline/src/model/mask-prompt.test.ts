import { InputError, Tensor } from "@sam2js/core";
import { checkMaskPrompts } from "@sam2js/embeddings";
import { expect, it } from "vitest";
import { maskPromptOfImage } from "./mask-prompt.js";

it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses a mask prompt with %s", (value) => {
  const masks = new Tensor("float32", Float32Array.of(0, 0, 0, 0, 1, value, 3, 4), [2, 1, 2, 2]);
  expect(() => checkMaskPrompts(masks)).toThrow(InputError);
  expect(() => checkMaskPrompts(masks)).toThrow("at index 5");
});

it("shares one mask between the objects of all images, and takes floats of other widths", () => {
  const doubles = { dims: [1, 1, 1, 2], data: Float64Array.of(-1, 2) };
  const masks = checkMaskPrompts(doubles);
  for (const image of [0, 1]) {
    const { dims, data } = maskPromptOfImage(masks, image, 2, 2, [1, 2]);
    expect(dims).toEqual([2, 1, 1, 2]);
    expect([...data]).toEqual([-1, 2, -1, 2]);
  }
});
