import { expect, it } from "vitest";
import { inLanes } from "./in-lanes.js";

it("works on so many at a time, each once", async () => {
  const done: number[] = [];
  let [now, most] = [0, 0];
  await inLanes([1, 2, 3, 4, 5], 2, async (each) => {
    now += 1;
    most = Math.max(most, now);
    await Promise.resolve();
    now -= 1;
    done.push(each);
  });
  expect([done, most]).toEqual([[1, 2, 3, 4, 5], 2]);
});

it("begins nothing after a failure, and fails once all that has begun is done", async () => {
  const begun: number[] = [];
  const work = async (each: number) => {
    begun.push(each);
    if (each === 1) throw new RangeError("one");
  };
  await expect(inLanes([1, 2, 3, 4], 2, work)).rejects.toThrow("one");
  expect(begun).toEqual([1, 2]);
});
