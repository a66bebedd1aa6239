import { describe, expect, it } from "vitest";
import { fakeModel, fakeVideo } from "../__tests__/fake-engine.js";
import { click, collect } from "../__tests__/play.js";
import type { DecodeRequest, MemoryRequest } from "../engine/video-engine.js";
import { type PolicyOption, Sam2VideoProcessor } from "../index.js";
import { SAM2_POLICY } from "./tracking-policy.js";

const processor = new Sam2VideoProcessor();

/** Prompts two objects on frame 0, tracks, corrects the first on frame 3. */
async function correctedRun(policy: PolicyOption, reverse = false) {
  const { model, engine } = fakeModel();
  const session = processor.initVideoSession({ video: fakeVideo(8), policy, retention: "all" });
  click(session, reverse ? 7 : 0, 1);
  await collect(model.propagateInVideoIterator(session, { reverse }));
  click(session, 3, 1, { x: 9, label: 0 });
  click(session, 3, 2, { x: 12 });
  engine.calls.length = 0;
  await model.forward(session, { frameIndex: 3 });
  const decodes = engine.calls
    .filter(({ kind }) => kind === "decode")
    .map((call) => call.request as DecodeRequest);
  const memories = engine.calls
    .filter(({ kind }) => kind === "memory")
    .map((call) => call.request as MemoryRequest);
  return { model, engine, session, decodes, memories };
}

describe("policies", () => {
  it("feed the earlier logits with a correction, or not", async () => {
    const theirs = await correctedRun("transformers");
    expect(theirs.decodes[0]!.earlierLogits).toBeUndefined();
    const original = await correctedRun(SAM2_POLICY);
    expect(original.decodes[0]!.earlierLogits).toHaveLength(16);
    expect(original.decodes[1]!.earlierLogits).toBeUndefined();
  });

  it("correct in the direction of the call, or in that of the tracking", async () => {
    const rows = (run: Awaited<ReturnType<typeof correctedRun>>) => {
      const [{ conditioning } = { conditioning: undefined }] = run.decodes;
      return conditioning?.kind === "memory" ? conditioning.recall.rows.length : 0;
    };
    // Tracked backwards from 7: ahead of 3 in time lie 4, 5 and 6, behind it 0, 1 and 2 and the prompted frame counts everywhere.
    expect(rows(await correctedRun("transformers", true))).toBe(4);
    const original = await correctedRun(SAM2_POLICY, true);
    expect(original.session.state.objects.get(1)!.visitedInReverse.has(3)).toBe(true);
    const theirs = await correctedRun("transformers", true);
    expect(theirs.session.state.objects.get(1)!.visitedInReverse.has(3)).toBe(false);
  });

  it("make all masks of a prompted frame hard, or those of prompted objects", async () => {
    for (const [policy, hard] of [
      ["transformers", [true, true]],
      [SAM2_POLICY, [true, false]],
    ] as const) {
      const { model, engine } = fakeModel();
      const session = processor.initVideoSession({ video: fakeVideo(4), policy });
      click(session, 0, [1, 2]);
      await collect(model.propagateInVideoIterator(session, { maxFrameNumToTrack: 1 }));
      click(session, 2, 1);
      engine.calls.length = 0;
      await model.forward(session, { frameIndex: 2 });
      const sources = engine.calls.flatMap(({ kind, request }) =>
        kind === "memory" ? [(request as MemoryRequest).source] : [],
      );
      expect(sources.map((source) => source.kind === "logits" && source.isHard)).toEqual(hard);
    }
  });

  it("take the pointer of a mask from the best of three, or from the single mask", async () => {
    for (const [policy, multimask] of [
      ["transformers", true],
      [SAM2_POLICY, false],
    ] as const) {
      const { model, engine } = fakeModel();
      const session = processor.initVideoSession({ video: fakeVideo(2), policy });
      const inputMasks = { type: "uint8", dims: [16, 16], data: new Uint8Array(256).fill(1, 0, 99) } as const;
      processor.addInputsToInferenceSession(session, { frameIndex: 0, objectIds: 1, inputMasks });
      await model.forward(session, { frameIndex: 0 });
      expect(engine.calls.find(({ kind }) => kind === "decode")?.request).toMatchObject({ multimask });
    }
  });

  it("start afresh on a prompted frame that was propagated over, or correct it", async () => {
    for (const [policy, kind] of [
      ["transformers", "none"],
      [SAM2_POLICY, "memory"],
    ] as const) {
      const { model, engine } = fakeModel();
      const session = processor.initVideoSession({ video: fakeVideo(4), policy });
      click(session, 0, 1);
      await model.forward(session, { frameIndex: 0 });
      await collect(model.propagateInVideoIterator(session));
      click(session, 0, 1, { x: 11 });
      engine.calls.length = 0;
      await model.forward(session, { frameIndex: 0 });
      const decode = engine.calls.find((call) => call.kind === "decode")?.request as DecodeRequest;
      expect(decode.conditioning.kind).toBe(kind);
    }
  });

  it("fill small holes of tracked masks, or keep them", async () => {
    const withHole = new Float32Array(16).fill(5);
    withHole[5] = -3;
    for (const [policy, value] of [
      ["transformers", -3],
      [SAM2_POLICY, Math.fround(0.1)],
    ] as const) {
      const { model, engine } = fakeModel();
      engine.decode = async () => ({ logits: withHole, score: 3, pointer: new Float32Array(2) });
      const session = processor.initVideoSession({ video: fakeVideo(2), policy });
      click(session, 0, 1);
      const output = await model.forward(session, { frameIndex: 0 });
      expect(output.predMasks.data[5]).toBe(value);
    }
  });
});
