import { InputError, Tensor } from "@sam2js/core";
import type { Mask } from "@sam2js/masks";
import { describe, expect, it } from "vitest";
import { FAKE_SIZES, fakeModel, fakeVideo } from "../__tests__/fake-engine.js";
import { click, collect } from "../__tests__/play.js";
import { Sam2VideoSegmentationOutput } from "../model/sam2-video-segmentation-output.js";
import { Sam2VideoProcessor } from "../processor/sam2-video-processor.js";
import { restoreSession } from "./restore-session.js";

const processor = new Sam2VideoProcessor();

describe("masks of computed frames", () => {
  it("are kept of none, of the last few, or of all", async () => {
    const { model } = fakeModel();
    for (const [keepMasks, kept] of [
      [false, []],
      [0, []],
      [3, [5, 6, 7]],
      [true, [0, 1, 2, 3, 4, 5, 6, 7]],
    ] as const) {
      const session = processor.initVideoSession({ video: fakeVideo(8), keepMasks });
      click(session, 0, 1);
      await collect(model.propagateInVideoIterator(session));
      const frames = Array.from({ length: 8 }, (_, frame) => frame);
      expect(frames.filter((frame) => session.masks(frame).size > 0)).toEqual(kept);
    }
    expect(() => processor.initVideoSession({ keepMasks: -1 })).toThrow(InputError);
  });

  it("are of the frames computed last, also when those are earlier ones", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(8), keepMasks: 2 });
    click(session, 4, 1);
    await collect(model.propagateBothWays(session));
    expect([0, 1, 2, 7].map((frame) => session.masks(frame).size)).toEqual([1, 1, 0, 0]);
  });

  it("go to whoever takes them, who is waited for, and who may fail", async () => {
    const { model } = fakeModel();
    const taken: (readonly [number, readonly unknown[], number])[] = [];
    let writing = 0;
    const onMasks = async (frame: number, masks: ReadonlyMap<number | string, Mask>) => {
      expect(writing++).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (frame === 5) throw new RangeError("the disk is full");
      taken.push([frame, [...masks.keys()], masks.get("cup")?.area ?? -1]);
      writing--;
    };
    const session = processor.initVideoSession({ video: fakeVideo(8), onMasks });
    click(session, 0, ["cup", 2]);
    const outputs: (readonly [number, readonly unknown[], number])[] = [];
    const run = async () => {
      for await (const output of model.propagateInVideoIterator(session)) {
        const [mask] = output.toMasks();
        outputs.push([output.frameIndex, output.objectIds, mask?.area ?? -1]);
      }
    };
    await expect(run()).rejects.toThrow("the disk is full");
    // Frame 0 comes twice: once for the prompt, once as the first of the propagation.
    expect(taken.slice(1)).toEqual(outputs);
    expect(outputs.map(([frame]) => frame)).toEqual([0, 1, 2, 3, 4]);
    expect(session.masks(3).size).toBe(0);
  });

  it("are those of the output: they are traced once", async () => {
    const { model } = fakeModel();
    const taken: Mask[] = [];
    const onMasks = (_: number, masks: ReadonlyMap<number | string, Mask>) =>
      void taken.push(...masks.values());
    const session = processor.initVideoSession({ video: fakeVideo(2), onMasks });
    click(session, 0, ["cup", 2]);
    const output = await model.forward(session, { frameIndex: 0 });
    expect(taken).toHaveLength(2);
    for (const [index, mask] of output.toMasks().entries()) expect(mask).toBe(taken[index]);
    expect(output.toMasks({ maskThreshold: 2 })[0]).not.toBe(taken[0]);
  });

  it("are kept as before by a restored session, and handed out anew", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(8), keepMasks: 3 });
    click(session, 0, 1);
    await collect(model.propagateInVideoIterator(session, { maxFrameNumToTrack: 4 }));
    const runtime = { decodeImage: () => Promise.reject(new RangeError("not wanted here")) };
    const target = { name: "fake", fingerprint: "f".repeat(64), runtime };
    const frames: number[] = [];
    const restored = restoreSession(
      await session.serialize(),
      target,
      FAKE_SIZES,
      fakeVideo(8),
      (frame) => void frames.push(frame),
    );
    await collect(model.propagateInVideoIterator(restored, { startFrameIndex: 5 }));
    expect(frames).toEqual([5, 6, 7]);
    expect([3, 4, 5, 7].map((frame) => restored.masks(frame).size)).toEqual([0, 0, 1, 1]);
  });
});

it("small holes are filled and specks removed where that is asked for", () => {
  // 6 x 6: a block with a hole of one pixel, and a speck of two far from it.
  const inside = ["####..", "#.##..", "####..", "......", ".....#", ".....#"].join("");
  const logits = Float32Array.from(inside, (char) => (char === "#" ? 4 : -4));
  const output = new Sam2VideoSegmentationOutput(
    0,
    [{ id: 1, logits, score: 1, isPresent: true }],
    6,
    [6, 6],
  );
  const area = (options: object) => output.toMasks(options)[0]?.area;
  expect(area({})).toBe(13);
  expect(area({ maxHoleArea: 1 })).toBe(14);
  expect(area({ maxSprinkleArea: 1 })).toBe(13);
  expect(area({ maxSprinkleArea: 2 })).toBe(11);
  expect(area({ maxHoleArea: 1, maxSprinkleArea: 2 })).toBe(12);
  expect(output.predMasks).toEqual(new Tensor("float32", logits, [1, 1, 6, 6]));
});
