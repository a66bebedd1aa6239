import { describe, expect, it } from "vitest";
import { FrameSet } from "./frame-set.js";

describe("FrameSet", () => {
  it("holds what a Set holds after any adds and deletes", () => {
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    const ours = new FrameSet();
    const plain = new Set<number>();
    for (let i = 0; i < 3000; i++) {
      const frame = random(60);
      if (random(100) === 0) {
        ours.deleteBefore(frame);
        for (const each of [...plain]) if (each < frame) plain.delete(each);
      } else if (random(3) === 0) {
        ours.delete(frame);
        plain.delete(frame);
      } else {
        ours.add(frame);
        plain.add(frame);
      }
      const probe = random(60);
      expect(ours.has(probe)).toBe(plain.has(probe));
    }
    const listed = ours.toRanges().flatMap(([a, b]) => Array.from({ length: b - a + 1 }, (_, i) => a + i));
    expect(listed).toEqual([...plain].sort((a, b) => a - b));
    expect(new FrameSet(ours.toRanges()).toRanges()).toEqual(ours.toRanges());
  });

  it("keeps one range for a video without gaps, in either direction", () => {
    const set = new FrameSet();
    for (let frame = 500; frame < 1000; frame++) set.add(frame);
    for (let frame = 499; frame >= 0; frame--) set.add(frame);
    expect(set.toRanges()).toEqual([[0, 999]]);
  });
});
