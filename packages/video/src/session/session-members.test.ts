import { describe, expect, it } from "vitest";
import { FAKE_SIZES, fakeFrame, fakeModel, fakeVideo } from "../__tests__/fake-engine.js";
import { click, collect } from "../__tests__/play.js";
import { UnknownObjectError } from "../errors.js";
import { Sam2VideoProcessor } from "../processor/sam2-video-processor.js";
import { restoreSession } from "./restore-session.js";

const processor = new Sam2VideoProcessor();
const bitmap = { type: "uint8", dims: [16, 16], data: new Uint8Array(256).fill(1, 20, 90) } as const;

describe("a session tells", () => {
  it("its prompts, and which of them wait for a step", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(4) });
    click(session, 0, "cup");
    processor.addInputsToInferenceSession(session, { frameIndex: 1, objectIds: 2, inputMasks: bitmap });
    expect(session.objectsWithNewInputs).toEqual(["cup", 2]);
    const [[frame, inputs] = []] = session.inputs("cup");
    expect([frame, inputs]).toEqual([0, { points: expect.anything(), labels: expect.anything() }]);
    if (!inputs || "mask" in inputs) expect.fail("points were given");
    expect([inputs.points.dims, [...inputs.points.data], [...inputs.labels.data]]).toEqual([
      [1, 2],
      [3, 5],
      [1],
    ]);
    inputs.points.data.fill(9); // a copy
    expect([...(session.inputs("cup").get(0) as typeof inputs).points.data]).toEqual([3, 5]);
    const mask = session.inputs(2).get(1);
    expect(mask && "mask" in mask && mask.mask.area).toBe(70);
    await model.forward(session, { frameIndex: 0, objectIds: ["cup"] });
    expect(session.objectsWithNewInputs).toEqual([2]);
    expect(() => session.inputs("dog")).toThrow(UnknownObjectError);
  });

  it("what it keeps of a frame: of prompted ones the logits too", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(4) });
    click(session, 1, 1);
    expect(session.getOutput(1, 1)).toBeUndefined();
    const output = await model.forward(session, { frameIndex: 1 });
    const kept = session.getOutput(1, 1)!;
    expect(kept.isConditioningFrame).toBe(true);
    expect(kept.predMasks).toEqual(output.predMasks);
    expect(kept.objectScoreLogits).toEqual(output.objectScoreLogits);
    expect(kept.objectPointer.dims).toEqual([1, 2]);
    await model.forward(session, { frameIndex: 2 });
    expect(session.getOutput(1, 2)).toMatchObject({ isConditioningFrame: false });
    expect(session.getOutput(1, 2)).not.toHaveProperty("predMasks");
  });

  it("the frames that were followed, and in which direction", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(5) });
    click(session, 2, 1);
    await collect(model.propagateBothWays(session));
    const [forwards, backwards] = [{ reverse: false }, { reverse: true }];
    expect([...session.trackedFrames(1)]).toEqual([
      [0, backwards],
      [1, backwards],
      [3, forwards],
      [4, forwards],
    ]);
  });

  it("frames as the network takes them", async () => {
    const session = processor.initVideoSession({ video: fakeVideo(3) });
    expect(await session.getFrame(2)).toEqual({ ...fakeFrame(2), dims: [1, 3, 16, 16] });
    await expect(async () => session.getFrame(3)).rejects.toThrow("0 to 2");
  });

  it("which frames are taken, also after it was saved", async () => {
    const session = processor.initVideoSession({ video: fakeVideo(12), numFrames: 3 });
    const target = { name: "fake", fingerprint: "f", runtime: { decodeImage: () => Promise.reject() } };
    const restored = restoreSession(await session.serialize(), target, FAKE_SIZES, fakeVideo(12));
    for (const each of [session, restored]) {
      expect(each.frameCount).toBe(3);
      expect((await each.getFrame(2)).data[0]).toBe(8);
    }
  });
});
