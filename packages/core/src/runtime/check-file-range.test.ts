import { describe, expect, it } from "vitest";
import { CheckpointError } from "../errors/errors.js";
import { checkFileRange } from "./check-file-range.js";

describe("bytes of a file", () => {
  it.each([
    [0, 0],
    [0, 10],
    [10, 10],
  ])("from %d to %d of ten are there", (begin, end) => {
    checkFileRange("a.bin", begin, end, 10);
  });

  it.each([
    [-1, 5],
    [6, 5],
    [5, 11],
    [Number.NaN, 5],
    [0, Number.NaN],
  ])("from %d to %d of ten are refused", (begin, end) => {
    const check = () => checkFileRange("a.bin", begin, end, 10);
    expect(check).toThrow(CheckpointError);
    expect(check).toThrow(`a.bin: expected bytes ${begin} to ${end}, got a file of 10;`);
  });
});
