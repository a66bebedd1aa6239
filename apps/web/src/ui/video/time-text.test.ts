import { describe, expect, it } from "vitest";
import { frameAt } from "../../domain/frame-at.js";
import { rulerStep, shortTime, timeText } from "./time-text.js";

describe("times", () => {
  it("are written in minutes, seconds and hundredths, rounded once", () => {
    expect([0, 6.96, 59.999, 61.5].map(timeText)).toEqual(["0:00.00", "0:06.96", "1:00.00", "1:01.50"]);
    expect([0, 59.6, 754].map(shortTime)).toEqual(["0:00", "1:00", "12:34"]);
  });

  it("are marked at most as often as there is room for", () => {
    expect(rulerStep(12, 13)).toBe(1);
    expect(rulerStep(3600, 10)).toBe(600);
  });

  it("find the frame that is shown, with frames of different lengths", () => {
    const times = Float64Array.of(0, 0.04, 0.5, 0.54);
    expect([-1, 0, 0.039, 0.04, 0.49, 0.5, 9].map((time) => frameAt(times, time))).toEqual([
      0, 0, 0, 1, 1, 2, 3,
    ]);
  });
});
