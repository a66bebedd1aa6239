import { beforeEach, describe, expect, it } from "vitest";
import type { FramePrompt } from "../../protocol/video-engine.js";
import { syncPrompts, TakenPrompts } from "./sync-prompts.js";

/** Notes what a session would be told. */
let told: string[];
let ids: Set<unknown>;
let taken: TakenPrompts;
const processor = {
  addInputsToInferenceSession(_: unknown, options: { objectIds: unknown; frameIndex: number }) {
    const [id] = options.objectIds as unknown[];
    ids.add(id);
    told.push(`add ${id}@${options.frameIndex}`);
  },
} as unknown as Parameters<typeof syncPrompts>[0];
const session = {
  get objectIds() {
    return [...ids];
  },
  removeObject(id: string) {
    ids.delete(id);
    told.push(`remove ${id}`);
  },
  clearInputs: (id: string, frame: number) => told.push(`clear ${id}@${frame}`),
} as unknown as Parameters<typeof syncPrompts>[1];

const at = (frame: number, x = 1): FramePrompt => ({
  frame,
  points: [{ id: "p", x, y: 1, isInclude: true }],
  box: null,
  mask: null,
});

function sync(objects: Record<string, FramePrompt[]>, isLive = false): string[] {
  told = [];
  const wanted = Object.entries(objects).map(([id, prompts]) => ({ id, prompts }));
  syncPrompts(processor, session, taken, wanted, isLive);
  return told;
}

beforeEach(() => {
  ids = new Set();
  taken = new TakenPrompts();
});

describe("syncPrompts", () => {
  it("tells what is new or changed, once", () => {
    expect(sync({ a: [at(0)] })).toEqual(["add a@0"]);
    expect(sync({ a: [at(0)] })).toEqual([]);
    expect(sync({ a: [at(0, 2), at(5)], b: [at(3)] })).toEqual(["add a@0", "add a@5", "add b@3"]);
    expect(taken.freshFrames("a")).toEqual([0, 5]);
  });

  it("tells another mask of the same frame", () => {
    const drawn = (id: string): FramePrompt => ({
      ...at(0),
      mask: { id, rle: { size: [1, 1], counts: [0, 1] }, score: 1 },
    });
    expect(sync({ a: [drawn("mask-1")] })).toEqual(["add a@0"]);
    expect(sync({ a: [drawn("mask-1")] })).toEqual([]);
    expect(sync({ a: [drawn("mask-2")] })).toEqual(["add a@0"]);
  });

  it("begins an object anew where a prompt was taken back, and leaves others alone", () => {
    sync({ a: [at(0), at(5)], b: [at(3)] });
    for (const frame of [0, 5]) taken.noteUsed("a", frame);
    expect(sync({ a: [at(0)], b: [at(3)] })).toEqual(["remove a", "add a@0"]);
    expect(taken.freshFrames("a")).toEqual([0]);
    expect(sync({ b: [at(3)] })).toEqual(["remove a"]);
  });

  it("takes back single prompts of a camera's object, whose earlier frames are gone", () => {
    sync({ a: [at(0), at(5)] }, true);
    expect(sync({ a: [at(0)] }, true)).toEqual(["clear a@5"]);
    expect(sync({}, true)).toEqual(["remove a"]);
  });
});
