import { expect, it } from "vitest";
import { Rehearsal } from "./rehearsal.js";
import type { SegmenterPrompts } from "./segmenter.js";

const photo = { id: "p", name: "p", blob: new Blob(), width: 80, height: 60 };

it("goes on where it was ended, through one prompt of each kind after the other", async () => {
  const rehearsal = new Rehearsal();
  const asked: string[] = [];
  const answer = (end: AbortController) => async (prompts: SegmenterPrompts) => {
    asked.push(prompts.box ? "box" : `${prompts.points.length}${prompts.mask ? " refined" : ""}`);
    if (asked.length % 2 === 0) end.abort();
    return new Float32Array(4);
  };
  for (let turn = 0; turn < 2; turn++) {
    const end = new AbortController();
    await rehearsal.goOn(photo, answer(end), end.signal);
  }
  expect(asked).toEqual(["1", "2 refined", "box", "1"]);
  expect(rehearsal.isOver).toBe(false);
});
