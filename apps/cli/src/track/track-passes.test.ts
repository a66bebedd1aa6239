import { describe, expect, it } from "vitest";
import { remaining, trackPasses } from "./track-passes.js";

/** Frames of passes in order, those that are computed again in brackets. */
function order(passes: ReturnType<typeof trackPasses>): (number | number[])[] {
  return passes.flatMap(({ start, count, reverse, repeatsStart }) =>
    Array.from({ length: count }, (_, i) => {
      const frame = start + (reverse ? -i : i);
      return repeatsStart && i === 0 ? [frame] : frame;
    }),
  );
}

describe("the passes over a video", () => {
  it("go forwards from the earliest prompt, backwards from the latest, or both ways", () => {
    expect(order(trackPasses([3, 1], 6, {}))).toEqual([1, 2, 3, 4, 5]);
    expect(order(trackPasses([3, 1], 6, { reverse: true }))).toEqual([3, 2, 1, 0]);
    expect(order(trackPasses([2], 5, { both: true }))).toEqual([2, 3, 4, [2], 1, 0]);
    expect(order(trackPasses([0], 3, { both: true }))).toEqual([0, 1, 2]);
    expect(order(trackPasses([0], 3, { reverse: true }))).toEqual([0]);
  });

  it("stop where they were told to, and at the borders", () => {
    expect(order(trackPasses([4], 9, { both: true, maxFrames: 1 }))).toEqual([4, 5, [4], 3]);
    expect(order(trackPasses([4], 6, { maxFrames: 100 }))).toEqual([4, 5]);
  });

  it("stay in the part of the video that is meant", () => {
    const part = { from: 2, to: 5 };
    expect(order(trackPasses([3], 9, part))).toEqual([3, 4, 5]);
    expect(order(trackPasses([3, 4], 9, { ...part, reverse: true }))).toEqual([4, 3, 2]);
    expect(order(trackPasses([3], 9, { ...part, both: true }))).toEqual([3, 4, 5, [3], 2]);
    expect(order(trackPasses([2], 9, { ...part, both: true }))).toEqual([2, 3, 4, 5]);
    expect(order(trackPasses([3], 9, { to: 4 }))).toEqual([3, 4]);
  });

  it("go on after any number of frames", () => {
    const passes = trackPasses([2], 5, { both: true });
    const all = order(passes);
    for (let done = 0; done <= all.length; done++) {
      expect(order(remaining(passes, done))).toEqual(all.slice(done));
    }
  });
});
