import { describe, expect, it } from "vitest";
import { framesAtSpeed, lengthOf } from "./speed.js";

const COUNT = 120;
const times = Float64Array.from({ length: COUNT }, (_, i) => i / 30);
const whole = { first: 0, last: COUNT - 1 };

describe("frames that are written", () => {
  it("are all of them at their own times, where nothing is chosen", () => {
    const frames = framesAtSpeed(times, 4, whole, 1);
    expect(frames).toHaveLength(COUNT);
    expect(frames[119]?.start).toBeCloseTo(119 / 30);
    expect(frames[119]?.duration).toBeCloseTo(1 / 30);
  });

  it("begin at 0 with the part, and end with its last frame", () => {
    const frames = framesAtSpeed(times, 4, { first: 30, last: 59 }, 1);
    expect(frames.map(({ index }) => index)).toEqual(Array.from({ length: 30 }, (_, i) => 30 + i));
    expect(frames[0]?.start).toBe(0);
    const end = frames.at(-1);
    expect((end?.start ?? 0) + (end?.duration ?? 0)).toBeCloseTo(1);
    expect(lengthOf(times, 4, { first: 30, last: 59 })).toBeCloseTo(1);
  });

  it.each([
    [0.25, 120, 16],
    [0.5, 120, 8],
    [1.5, 120, 4 / 1.5],
    [2, 120, 2],
    [4, 60, 1],
  ])("at %d times the speed are %d in %d seconds", (speed, count, seconds) => {
    const frames = framesAtSpeed(times, 4, whole, speed);
    expect(frames).toHaveLength(count);
    const end = frames.at(-1);
    expect((end?.start ?? 0) + (end?.duration ?? 0)).toBeCloseTo(seconds);
    // Nothing lies between two of them.
    frames.slice(1).forEach(({ start }, i) => {
      expect((frames[i]?.start ?? 0) + (frames[i]?.duration ?? 0)).toBeCloseTo(start);
    });
  });

  it("keep a file's own rate however high, and uneven times", () => {
    const quick = Float64Array.from({ length: 240 }, (_, i) => i / 240);
    expect(framesAtSpeed(quick, 1, { first: 0, last: 239 }, 1)).toHaveLength(240);
    const uneven = framesAtSpeed(Float64Array.of(0, 0.04, 0.5), 0.6, { first: 0, last: 2 }, 0.5);
    expect(uneven.map(({ start, duration }) => [start, duration])).toEqual([
      [0, 0.08],
      [0.08, 0.92],
      [1, expect.closeTo(0.2)],
    ]);
  });
});
