import { CheckedBytes, writeCheckedBytes } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { FAKE_SIZES, fakeFrame, fakeModel, fakeVideo } from "../__tests__/fake-engine.js";
import { click, collect, plain } from "../__tests__/play.js";
import { Sam2VideoProcessor } from "../processor/sam2-video-processor.js";
import type { Retention } from "../state/retention.js";
import { restoreSession } from "./restore-session.js";
import type { SessionHeader } from "./session-header.js";
import { SESSION_FORMAT } from "./write-session.js";

const processor = new Sam2VideoProcessor();
const runtime = { decodeImage: () => Promise.reject(new RangeError("not wanted here")) };
const target = { name: "fake", fingerprint: "f".repeat(64), runtime };
const bitmap = { type: "uint8", dims: [16, 16], data: new Uint8Array(256).fill(1, 20, 90) } as const;

async function halfway({ frames = 6, retention = "window" as Retention } = {}) {
  const { model } = fakeModel();
  const session = processor.initVideoSession({ video: fakeVideo(frames + 14), keepMasks: 6, retention });
  click(session, 3, 1);
  processor.addInputsToInferenceSession(session, { frameIndex: 5, objectIds: "dog", inputMasks: bitmap });
  await collect(model.propagateInVideoIterator(session, { maxFrameNumToTrack: frames }));
  click(session, 7, 1, { x: 8, label: 0 }); // a correction that waits
  return { model, session };
}

/** With numbers enough that packing them pays. */
const long = { frames: 150, retention: "all" } as const;
const SAVED = 500;

describe("a saved session", () => {
  it("goes on as the one that was saved", async () => {
    const { model, session } = await halfway();
    const restored = restoreSession(await session.serialize(), target, FAKE_SIZES, fakeVideo(20));
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
    const restored = restoreSession(await session.serialize(), target, FAKE_SIZES, undefined);
    const [a, b] = [session, restored].map((each) => model.forward(each, { frame: fakeFrame(12) }));
    expect(plain(await b!)).toEqual(plain(await a!));
    expect(restored.frameCount).toBe(13);
  });

  it("in fewer bytes has the same prompts, frames and masks, and numbers near those that were", async () => {
    const { model, session } = await halfway(long);
    const exact = await session.serialize();
    expect(await session.serialize({ maxBytes: exact.length })).toEqual(exact);
    const bytes = await session.serialize({ maxBytes: exact.length - SAVED });
    expect(bytes.length).toBeLessThanOrEqual(exact.length - SAVED);
    const restored = restoreSession(bytes, target, FAKE_SIZES, fakeVideo(164));
    expect(restored.promptedFrames).toEqual([3, 5, 7]);
    expect(restored.masks(150)).toEqual(session.masks(150));
    for (const id of session.objectIds) {
      expect([...restored.trackedFrames(id)]).toEqual([...session.trackedFrames(id)]);
      for (const frame of [3, 5, 99]) {
        const [was, is] = [session, restored].map((each) => each.getOutput(id, frame));
        expect(is?.objectScoreLogits).toEqual(was?.objectScoreLogits);
        for (const [at, value] of (was?.objectPointer.data ?? []).entries()) {
          expect(Math.abs(value - (is?.objectPointer.data[at] as number))).toBeLessThanOrEqual(2); // of 0 to 999 in 255 steps
        }
      }
    }
    await collect(model.propagateInVideoIterator(restored, { startFrameIndex: 154 }));
    const again = await restored.serialize({ maxBytes: exact.length });
    expect(restoreSession(again, target, FAKE_SIZES, fakeVideo(164)).objectIds).toEqual([1, "dog"]);
  });

  it("says how many bytes it needs at least, and takes no bound that is none", async () => {
    const { session } = await halfway();
    await expect(session.serialize({ maxBytes: 900 })).rejects.toThrow(
      /maxBytes: expected at least \d{4} for what/,
    );
    for (const maxBytes of [0, -1, Number.NaN, "many"]) {
      await expect(session.serialize({ maxBytes: maxBytes as number })).rejects.toThrow(/a number above 0/);
    }
  });

  it("is refused by another model, without its video, and with one where it was a stream", async () => {
    const { session } = await halfway();
    const bytes = await session.serialize();
    const other = { ...target, fingerprint: "e".repeat(64) };
    expect(() => restoreSession(bytes, other, FAKE_SIZES, fakeVideo(20))).toThrow(/another model/);
    expect(() => restoreSession(bytes, target, FAKE_SIZES, undefined)).toThrow(/expected the frames/);
    expect(() => restoreSession(bytes, target, { ...FAKE_SIZES, memory: 4 }, fakeVideo(20))).toThrow(
      /memory blocks/,
    );
  });

  it("that is cut off or changed anywhere is refused with a typed error", async () => {
    const { session } = await halfway(long);
    const exact = await session.serialize();
    await refusesDamage(exact);
    await refusesDamage(await session.serialize({ maxBytes: exact.length - SAVED }));
  });

  async function refusesDamage(bytes: Uint8Array) {
    for (const length of [0, 3, 11, 12, 200, bytes.length - 1]) {
      expect(() => restoreSession(bytes.slice(0, length), target, FAKE_SIZES, fakeVideo(164))).toThrow(
        /saved session/,
      );
    }
    expect(() => restoreSession(new Uint8Array([...bytes, 0]), target, FAKE_SIZES, fakeVideo(164))).toThrow(
      /checksum/,
    );
    const stride = Math.max(1, Math.floor(bytes.length / 500));
    for (let at = 0; at < bytes.length; at += stride) {
      const damaged = bytes.slice();
      damaged[at]! ^= 1 << (at % 8);
      expect(() => restoreSession(damaged, target, FAKE_SIZES, fakeVideo(164)), `byte ${at}`).toThrow(
        /saved session/,
      );
    }
  }

  it("whose packed numbers are fewer than its records is refused before memory is taken for them", async () => {
    const { session } = await halfway(long);
    const whole = await session.serialize({ maxBytes: (await session.serialize()).length - SAVED });
    const { header } = new CheckedBytes(SESSION_FORMAT, whole) as { header: SessionHeader };
    const objects = header.objects.map(({ packed: _, ...object }) => ({
      ...object,
      packed: { memory: 5, pointer: 5, logits: 5 },
    }));
    const blocks = objects.flatMap(() =>
      [3, 1, 1].flatMap((columns) => [new Float32Array(2 * columns), new Uint8Array(5)]),
    );
    const bytes = writeCheckedBytes(SESSION_FORMAT, { ...header, objects }, blocks);
    expect(() => restoreSession(bytes, target, FAKE_SIZES, fakeVideo(164))).toThrow(
      /more packed numbers, got fewer/,
    );
  });
});
