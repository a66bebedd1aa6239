import { describe, expect, it } from "vitest";
import { fakeFrame, fakeModel, fakeVideo } from "../__tests__/fake-engine.js";
import { click, collect, plain } from "../__tests__/play.js";
import { Sam2VideoProcessor } from "../processor/sam2-video-processor.js";
import { restoreSession } from "./restore-session.js";

const processor = new Sam2VideoProcessor();
const runtime = { decodeImage: () => Promise.reject(new RangeError("not wanted here")) };
const target = { name: "fake", fingerprint: "f".repeat(64), runtime };
const sizes = { memory: 3, hasFloatMemory: false, pointer: 2, logits: 16 };
const bitmap = { type: "uint8", dims: [16, 16], data: new Uint8Array(256).fill(1, 20, 90) } as const;

async function halfway() {
  const { model } = fakeModel();
  const session = processor.initVideoSession({ video: fakeVideo(20), keepMasks: true });
  click(session, 3, 1);
  processor.addInputsToInferenceSession(session, { frameIndex: 5, objectIds: "dog", inputMasks: bitmap });
  await collect(model.propagateInVideoIterator(session, { maxFrameNumToTrack: 6 }));
  click(session, 7, 1, { x: 8, label: 0 }); // a correction that waits
  return { model, session };
}

describe("a saved session", () => {
  it("goes on as the one that was saved", async () => {
    const { model, session } = await halfway();
    const restored = restoreSession(await session.serialize(), target, sizes, fakeVideo(20));
    expect(restored.objectIds).toEqual([1, "dog"]);
    expect(restored.promptedFrames).toEqual([3, 5, 7]);
    expect(restored.masks(6)).toEqual(session.masks(6));
    expect([...session.masks(6).keys()]).toEqual([1, "dog"]);
    const options = { startFrameIndex: 5 };
    expect(await collect(model.propagateInVideoIterator(restored, options))).toEqual(
      await collect(model.propagateInVideoIterator(session, options)),
    );
  });

  it("of a stream goes on at its next frame", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ originalSize: [16, 16] });
    click(session, 0, 1);
    for (let frame = 0; frame < 12; frame++) await model.forward(session, { frame: fakeFrame(frame) });
    const restored = restoreSession(await session.serialize(), target, sizes, undefined);
    const [a, b] = [session, restored].map((each) => model.forward(each, { frame: fakeFrame(12) }));
    expect(plain(await b!)).toEqual(plain(await a!));
    expect(restored.frameCount).toBe(13);
  });

  it("is refused by another model, without its video, and with one where it was a stream", async () => {
    const { session } = await halfway();
    const bytes = await session.serialize();
    const other = { ...target, fingerprint: "e".repeat(64) };
    expect(() => restoreSession(bytes, other, sizes, fakeVideo(20))).toThrow(/another model/);
    expect(() => restoreSession(bytes, target, sizes, undefined)).toThrow(/expected the frames/);
    expect(() => restoreSession(bytes, target, { ...sizes, memory: 4 }, fakeVideo(20))).toThrow(
      /memory blocks/,
    );
  });

  it("that is cut off or changed anywhere is refused with a typed error", async () => {
    const { session } = await halfway();
    const bytes = await session.serialize();
    for (const length of [0, 3, 11, 12, 200, bytes.length - 1]) {
      expect(() => restoreSession(bytes.slice(0, length), target, sizes, fakeVideo(20))).toThrow(
        /saved session/,
      );
    }
    expect(() => restoreSession(new Uint8Array([...bytes, 0]), target, sizes, fakeVideo(20))).toThrow(
      /checksum/,
    );
    const stride = Math.max(1, Math.floor(bytes.length / 500));
    for (let at = 0; at < bytes.length; at += stride) {
      const damaged = bytes.slice();
      damaged[at]! ^= 1 << (at % 8);
      expect(() => restoreSession(damaged, target, sizes, fakeVideo(20)), `byte ${at}`).toThrow(
        /saved session/,
      );
    }
  });
});
