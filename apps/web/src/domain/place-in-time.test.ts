import { describe, expect, it } from "vitest";
import { frameOf, lastFrameOf, parsePlace } from "./place-in-time.js";

describe("a place in a video", () => {
  it.each([
    ["#120", { kind: "frame", index: 119 }],
    [" 120 ", { kind: "frame", index: 119 }],
    ["# 1", { kind: "frame", index: 0 }],
    ["#0", { kind: "frame", index: 0 }],
    ["1:23.4", { kind: "time", seconds: 83.4 }],
    ["1:02:03", { kind: "time", seconds: 3723 }],
    ["0:05", { kind: "time", seconds: 5 }],
    ["83.5", { kind: "time", seconds: 83.5 }],
    ["83,5", { kind: "time", seconds: 83.5 }],
    [".5", { kind: "time", seconds: 0.5 }],
    ["12s", { kind: "time", seconds: 12 }],
    ["12.5 S", { kind: "time", seconds: 12.5 }],
    ["١:٢٣٫٥", { kind: "time", seconds: 83.5 }],
    ["#١٢", { kind: "frame", index: 11 }],
  ])("is read from %j", (text, place) => {
    expect(parsePlace(text)).toEqual(place);
  });

  it.each(["", "#", "abc", "1:", ":5", "1:2:3:4", "-3", "1.2.3", "#1.5", "12x"])("is not %j", (text) => {
    expect(parsePlace(text)).toBeNull();
  });

  const times = Float64Array.of(0, 0.04, 0.5, 0.54);

  it("is the frame that is shown then, the last one behind the end", () => {
    const frames = ["0:00", "0.04", "0.3", "0.5", "9:00", "#1", "#4", "#99"].map((text) =>
      frameOf(parsePlace(text) ?? { kind: "frame", index: -1 }, times),
    );
    expect(frames).toEqual([0, 1, 1, 2, 3, 0, 3, 3]);
  });

  it("is found again by the time that is shown of it, rounded as it is", () => {
    const thirds = Float64Array.from({ length: 90 }, (_, i) => i / 30);
    for (const [frame, seconds] of thirds.entries()) {
      const place = { kind: "time", seconds: Number(seconds.toFixed(2)) } as const;
      expect(frameOf(place, thirds)).toBe(frame);
      expect(lastFrameOf(place, thirds)).toBe(Math.max(0, frame - 1));
    }
  });

  it("ends a part with the frame of its number, or before the frame of its time", () => {
    const frames = ["0.04", "0.3", "0.50", "0:00", "9:00", "#2", "#99"].map((text) =>
      lastFrameOf(parsePlace(text) ?? { kind: "frame", index: -1 }, times),
    );
    expect(frames).toEqual([0, 1, 1, 0, 3, 1, 3]);
  });
});
