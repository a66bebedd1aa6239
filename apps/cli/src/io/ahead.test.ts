import { describe, expect, it } from "vitest";
import { Ahead } from "./ahead.js";
import { Behind } from "./behind.js";

describe("Ahead", () => {
  it("begins with some things before they are asked for, each once, and none beyond the last", async () => {
    const begun: number[] = [];
    const ahead = new Ahead(4, 2, async (index) => {
      begun.push(index);
      if (index === 1) throw new RangeError("one");
      return 10 * index;
    });
    expect(await ahead.take(0)).toBe(0);
    expect(begun).toEqual([0, 1, 2]);
    await expect(ahead.take(1)).rejects.toThrow("one");
    expect([await ahead.take(2), await ahead.take(3)]).toEqual([20, 30]);
    expect(begun).toEqual([0, 1, 2, 3]);
  });
});

describe("Behind", () => {
  it("lets so much go on at the same time, waits for all, and tells what failed", async () => {
    const behind = new Behind(2);
    let open = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 5));
      open -= 1;
    };
    for (let index = 0; index < 5; index++) await behind.add(work);
    await behind.end();
    expect([most, open]).toEqual([2, 0]);
    await behind.add(async () => {
      throw new RangeError("full");
    });
    await expect(behind.end()).rejects.toThrow("full");
    await expect(behind.add(work)).rejects.toThrow("full");
  });
});
