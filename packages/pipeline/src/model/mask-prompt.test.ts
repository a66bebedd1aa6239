import { InputError, Tensor } from "@sam2js/core";
import { expect, it } from "vitest";
import { maskPromptOfImage } from "./mask-prompt.js";

it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses a mask prompt with %s", (value) => {
  const masks = new Tensor("float32", Float32Array.of(0, 0, 0, 0, 1, value, 3, 4), [2, 1, 2, 2]);
  expect(() => maskPromptOfImage(masks, 0, 1, 2, [2, 2])).not.toThrow();
  expect(() => maskPromptOfImage(masks, 1, 1, 2, [2, 2])).toThrow(InputError);
});
