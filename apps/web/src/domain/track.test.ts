import { describe, expect, it } from "vitest";
import type { FramePrompts } from "./document.js";
import { doubtfulFrames, laneParts } from "./lanes.js";
import { planJobs } from "./plan.js";
import { Track, type TrackedFrame } from "./track.js";

const click = (x: number): FramePrompts => ({
  points: [{ id: `p${x}`, x, y: 1, isInclude: true }],
  box: null,
  mask: null,
  choice: null,
});

function found(area = 100, score = 5): TrackedFrame {
  return { rle: { size: [10, 10], counts: [0, area, 100 - area] }, score, area, isOld: false };
}

function tracked(prompts: Record<number, FramePrompts>, count: number): Track {
  return new Track(
    prompts,
    Array.from({ length: count }, () => found()),
  );
}

function old(track: Track): number[] {
  return track.frames.flatMap((frame, at) => (frame?.isOld ? [at] : []));
}

describe("Track", () => {
  it("is out of date from a correction up to the next prompt", () => {
    const track = tracked({ 0: click(1), 7: click(2) }, 10).withPrompts({
      0: click(1),
      4: click(3),
      7: click(2),
    });
    expect(old(track)).toEqual([4, 5, 6]);
    expect(track.unanswered).toEqual([4]);
  });

  it("is out of date to both sides of a prompt before the first one", () => {
    const track = tracked({ 5: click(1) }, 8).withPrompts({ 2: click(3), 5: click(1) });
    expect(old(track)).toEqual([0, 1, 2, 3, 4]);
  });

  it("is out of date where a prompt was taken back, and leaves the track before as it was", () => {
    const before = tracked({ 0: click(1), 4: click(2) }, 6);
    expect(old(before.withPrompts({ 0: click(1) }))).toEqual([4, 5]);
    expect(old(before)).toEqual([]);
  });

  it("has what a hand drew at once, and is out of date from there on", () => {
    const drawn = { size: [2, 2], counts: [1, 2, 1] } as const;
    const track = tracked({ 0: click(1) }, 4).withPrompts({
      0: click(1),
      2: { points: [], box: null, mask: { id: "mask-1", rle: drawn, score: 1 }, choice: null },
    });
    expect(track.frames[2]).toMatchObject({ rle: drawn, area: 2, isOld: false });
    expect(old(track)).toEqual([3]);
    expect(track.unanswered).toEqual([]);
  });

  it("is hidden where a hand erased all", () => {
    const mask = { id: "mask-1", rle: { size: [2, 2], counts: [4] }, score: 1 } as const;
    const track = new Track({ 0: { points: [], box: null, mask, choice: null } });
    expect(laneParts(track, 1)).toEqual([{ kind: "hidden", from: 0, to: 1 }]);
  });

  it("is empty without prompts", () => {
    expect(tracked({ 0: click(1) }, 3).withPrompts({}).frames).toEqual([]);
  });
});

describe("planJobs", () => {
  it("goes forwards from each first prompt, then backwards, objects of one frame together", () => {
    const tracks = new Map([
      ["a", new Track({ 0: click(1) }, [found()])],
      ["b", new Track({ 2: click(1) }, [undefined, undefined, found()])],
    ]);
    expect(planJobs(tracks, 4)).toEqual([
      { frame: 1, objectIds: ["a"], isReverse: false },
      { frame: 2, objectIds: ["a"], isReverse: false },
      { frame: 3, objectIds: ["a", "b"], isReverse: false },
      { frame: 1, objectIds: ["b"], isReverse: true },
      { frame: 0, objectIds: ["b"], isReverse: true },
    ]);
    expect(planJobs(tracks, 4, "backward")).toHaveLength(2);
  });

  it("computes again only what is out of date", () => {
    const track = tracked({ 0: click(1) }, 5).withPrompts({ 0: click(1), 3: click(2) });
    expect(planJobs(new Map([["a", track]]), 5).map(({ frame }) => frame)).toEqual([3, 4]);
  });

  it("computes only frames of the range", () => {
    const tracks = new Map([["a", new Track({ 2: click(1) }, [undefined, undefined, found()])]]);
    const frames = planJobs(tracks, 9, "both", { first: 1, last: 4 }).map(({ frame }) => frame);
    expect(frames).toEqual([3, 4, 1]);
  });

  it("leaves objects without prompts alone", () => {
    expect(planJobs(new Map([["a", new Track({})]]), 5)).toEqual([]);
  });
});

describe("lanes", () => {
  it("join frames that look alike", () => {
    const track = new Track({ 0: click(1) }, [found(), found(), found(0, -3), { ...found(), isOld: true }]);
    expect(laneParts(track, 6)).toEqual([
      { kind: "present", from: 0, to: 2 },
      { kind: "hidden", from: 2, to: 3 },
      { kind: "old", from: 3, to: 4 },
      { kind: "missing", from: 4, to: 6 },
    ]);
    expect(laneParts(undefined, 3)).toEqual([{ kind: "missing", from: 0, to: 3 }]);
  });

  it("mark where the area jumps or the score is near 0, one mark for a stretch, none on prompts", () => {
    const frames = [found(50), found(50), found(20), found(20, 0.3), ...Array(8).fill(found(20)), found(90)];
    expect(doubtfulFrames(new Track({ 0: click(1) }, frames))).toEqual([2, 12]);
    expect(doubtfulFrames(new Track({ 0: click(1), 2: click(2), 12: click(3) }, frames))).toEqual([3]);
  });
});
