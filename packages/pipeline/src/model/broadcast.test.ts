import { ShapeError, Tensor } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { broadcastRows } from "./broadcast.js";

describe("broadcastRows", () => {
  const value = new Tensor("float32", Float32Array.of(1, 2, 3), [3]);

  it("repeats what is missing in front", () => {
    const { dims, data } = broadcastRows("x", value, [2, 2, 1, 3], 1, 2);
    expect(dims).toEqual([1, 2, 1, 3]);
    expect([...data]).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it("takes the rows asked for where each has its own", () => {
    const rows = new Tensor("float32", Float32Array.of(1, 2, 3, 4), [4, 1, 1, 1]);
    expect([...broadcastRows("x", rows, [4, 1, 1, 2], 1, 3).data]).toEqual([2, 2, 3, 3]);
  });

  it("leaves axes single where that is allowed", () => {
    expect(broadcastRows("x", value, [2, 5, 3], 0, 2, [1]).dims).toEqual([2, 1, 3]);
  });

  it("refuses what does not fit, naming both shapes", () => {
    expect(() => broadcastRows("targetEmbedding", value, [1, 1, 1, 4], 0, 1)).toThrow(
      /targetEmbedding: expected what can be broadcast to \[1, 1, 1, 4\], got \[3\]/,
    );
    try {
      broadcastRows("x", value, [1, 4], 0, 1);
    } catch (error) {
      expect(ShapeError.isInstance(error)).toBe(true);
    }
  });
});
