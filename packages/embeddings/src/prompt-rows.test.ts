import { InputError, ShapeError, Tensor } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { promptRows } from "./prompt-rows.js";

const points = (dims: number[], ...values: number[]) => new Tensor("float32", new Float32Array(values), dims);
const labels = (dims: number[], ...values: number[]) => new Tensor("int32", new Int32Array(values), dims);

describe("promptRows", () => {
  it("ends points with a token that is no point", () => {
    const [rows] = promptRows(
      { inputPoints: points([1, 1, 2, 2], 1, 2, 3, 4), inputLabels: labels([1, 1, 2], 1, 0) },
      1,
    );
    expect(rows?.tokens).toBe(3);
    expect([...(rows?.points ?? [])]).toEqual([1, 2, 3, 4, 0, 0]);
    expect([...(rows?.labels ?? [])]).toEqual([1, 0, -1]);
  });

  it("puts the corners of a box behind the points, and one closing token behind both", () => {
    const [rows] = promptRows(
      { inputPoints: points([1, 1, 1, 2], 5, 6), inputBoxes: points([1, 1, 4], 1, 2, 3, 4) },
      1,
    );
    expect([...(rows?.points ?? [])]).toEqual([5, 6, 1, 2, 3, 4, 0, 0]);
    expect([...(rows?.labels ?? [])]).toEqual([1, 2, 3, -1]);
  });

  it("counts points without labels as inside and keeps padding labels", () => {
    const inputPoints = points([1, 2, 1, 2], 1, 1, -10, -10);
    expect([...(promptRows({ inputPoints }, 1)[0]?.labels ?? [])]).toEqual([1, -1, 1, -1]);
    const inputLabels = labels([1, 2, 1], 1, -10);
    expect([...(promptRows({ inputPoints, inputLabels }, 1)[0]?.labels ?? [])]).toEqual([1, -1, -10, -1]);
  });

  it("gives each image its own prompts", () => {
    const rows = promptRows({ inputBoxes: points([2, 1, 4], 1, 2, 3, 4, 5, 6, 7, 8) }, 2);
    expect(rows.map((each) => [...each.points])).toEqual([
      [1, 2, 3, 4, 0, 0],
      [5, 6, 7, 8, 0, 0],
    ]);
  });

  it("asks with two empty tokens where there is no prompt", () => {
    expect([...(promptRows({}, 1)[0]?.labels ?? [])]).toEqual([-1, -1]);
  });

  it.each([
    [
      "a missing object axis",
      { inputPoints: points([1, 1, 2], 1, 2) },
      ShapeError,
      /inputPoints: expected \[B, N, P, 2\]/,
    ],
    ["labels alone", { inputLabels: labels([1, 1, 1], 1) }, InputError, /without inputPoints/],
    [
      "another number of labels",
      { inputPoints: points([1, 1, 1, 2], 1, 2), inputLabels: labels([1, 1, 2], 1, 1) },
      ShapeError,
      /one label per point/,
    ],
    [
      "another number of boxes",
      { inputPoints: points([1, 2, 1, 2], 1, 2, 3, 4), inputBoxes: points([1, 1, 4], 1, 2, 3, 4) },
      ShapeError,
      /as many boxes/,
    ],
    [
      "another number of images",
      { inputBoxes: points([2, 1, 4], 1, 2, 3, 4, 5, 6, 7, 8) },
      ShapeError,
      /1 image/,
    ],
    [
      "an unknown label",
      { inputPoints: points([1, 1, 1, 2], 1, 2), inputLabels: labels([1, 1, 1], 7) },
      InputError,
      /got 7/,
    ],
    [
      "a coordinate that is no number",
      { inputPoints: points([1, 1, 1, 2], Number.NaN, 2) },
      InputError,
      /finite/,
    ],
    ["an array", { inputPoints: [[[[1, 2]]]] as never }, InputError, /4 levels deep, 1 long/],
  ])("refuses %s", (_, inputs, type, message) => {
    expect(() => promptRows(inputs, 1)).toThrow(message);
    try {
      promptRows(inputs, 1);
    } catch (error) {
      expect((type as typeof InputError).isInstance(error)).toBe(true);
    }
  });
});
