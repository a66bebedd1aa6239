import { describe, expect, it } from "vitest";
import { broadcast, product } from "./axis.js";

describe("product", () => {
  it("is a number where all sizes are known", () => {
    expect(product([2, 3, 4])).toBe(24);
    expect(product([])).toBe(1);
  });

  it("is written the same way whatever the order of its factors", () => {
    expect(product([2, "T", "P", 4])).toBe("8*P*T");
    expect(product(["8*T", "P"])).toBe("8*P*T");
    expect(product(["P", 1])).toBe("P");
  });

  it("is 0 with an empty axis, whatever the others are", () => {
    expect(product(["P", 0])).toBe(0);
  });
});

describe("broadcast", () => {
  it("stretches axes of size 1 and missing ones", () => {
    expect(broadcast([4, 1, 3], [2, 1])).toEqual([4, 2, 3]);
  });

  it("lets an axis that may be 1 meet any other", () => {
    expect(broadcast(["P", 8, "T"], ["P?", 1, "T?"])).toEqual(["P", 8, "T"]);
  });

  it("refuses axes that differ", () => {
    expect(broadcast([2], [3])).toBeUndefined();
    expect(broadcast(["P"], ["K"])).toBeUndefined();
    expect(broadcast(["P"], [4])).toBeUndefined();
  });
});
