import { DisposedError } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { FAKE_SIZES, fakeFrame, fakeModel } from "../__tests__/fake-engine.js";
import { click, plain } from "../__tests__/play.js";
import { Sam2VideoProcessor } from "../processor/sam2-video-processor.js";
import { restoreSession } from "../session/restore-session.js";

const processor = new Sam2VideoProcessor();
const reason = new RangeError("enough");
const runtime = { decodeImage: () => Promise.reject(new RangeError("not wanted here")) };
const target = { name: "fake", fingerprint: "f".repeat(64), runtime };

/** A video whose frames come when the test says so, or never. */
function silentVideo({ knowsLength = true } = {}) {
  const asked: {
    index: number;
    answer: (frame: ReturnType<typeof fakeFrame>) => void;
    signal?: AbortSignal;
  }[] = [];
  let onAsk: () => void = () => undefined;
  const video = {
    ...(knowsLength && { length: 4 }),
    size: [16, 16] as const,
    get(index: number, options?: { signal?: AbortSignal | undefined }) {
      return new Promise<ReturnType<typeof fakeFrame>>((answer) => {
        asked.push({ index, answer, ...(options?.signal && { signal: options.signal }) });
        onAsk();
      });
    },
  };
  /** Resolves once the source was asked for the next frame. */
  const nextAsk = () =>
    new Promise<void>((resolve) => {
      onAsk = resolve;
    });
  return { video, asked, nextAsk };
}

function begin(options?: Parameters<typeof silentVideo>[0]) {
  const { model } = fakeModel();
  const source = silentVideo(options);
  const session = processor.initVideoSession({ video: source.video });
  click(session, 0, 1);
  return { model, session, ...source };
}

describe("a source that does not answer", () => {
  it("lets go of a step that is aborted, and is told so", async () => {
    const { model, session, asked, nextAsk } = begin();
    const abort = new AbortController();
    const asking = nextAsk();
    const step = model.forward(session, { frameIndex: 0, signal: abort.signal });
    await asking;
    abort.abort(reason);
    await expect(step).rejects.toBe(reason);
    expect(asked[0]?.signal?.reason).toBe(reason);
    // The frame that comes too late is nobody's; the next step asks again.
    asked[0]?.answer(fakeFrame(3));
    const again = nextAsk();
    const next = model.forward(session, { frameIndex: 0 });
    await again;
    asked[1]?.answer(fakeFrame(0));
    expect((await next).present).toEqual([true]);
  });

  it("lets go of calls that wait for their turn behind it", async () => {
    const { model, session, nextAsk } = begin();
    const asking = nextAsk();
    const stuck = model.forward(session, { frameIndex: 0 });
    await asking;
    const abort = new AbortController();
    const waiting = model.forward(session, { frameIndex: 1, signal: abort.signal });
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await session.dispose();
    await expect(stuck).rejects.toThrow(DisposedError);
  });

  it("does not keep a session from being saved, as it was before the step", async () => {
    const { model, session, asked, nextAsk } = begin();
    const asking = nextAsk();
    const step = model.forward(session, { frameIndex: 0 });
    await asking;
    const bytes = await session.serialize();
    asked[0]?.answer(fakeFrame(0));
    const other = silentVideo();
    const asking2 = other.nextAsk();
    const restored = restoreSession(bytes, target, FAKE_SIZES, other.video);
    const again = model.forward(restored, { frameIndex: 0 });
    await asking2;
    other.asked[0]?.answer(fakeFrame(0));
    expect(plain(await again)).toEqual(plain(await step));
  });

  it("lets its session be disposed of", async () => {
    const { model, session, asked, nextAsk } = begin();
    const asking = nextAsk();
    const stuck = expect(model.forward(session, { frameIndex: 0 })).rejects.toThrow(DisposedError);
    await asking;
    const behind = expect(model.forward(session, { frameIndex: 1 })).rejects.toThrow(DisposedError);
    await session.dispose();
    await Promise.all([stuck, behind]);
    expect(asked[0]?.signal?.aborted).toBe(true);
    await expect(session.serialize()).rejects.toThrow(DisposedError);
  });

  it.each([true, false])("lets propagation be left (length known: %s)", async (knowsLength) => {
    for (const method of ["propagateInVideoIterator", "propagateBothWays"] as const) {
      const { model, session, asked, nextAsk } = begin({ knowsLength });
      const outputs = model[method](session);
      const asking = nextAsk();
      const next = outputs.next();
      await asking;
      await expect(outputs.return()).resolves.toEqual({ done: true, value: undefined });
      await expect(next).resolves.toEqual({ done: true, value: undefined });
      const again = nextAsk();
      const step = model.forward(session, { frameIndex: 0 });
      await again;
      asked.at(-1)?.answer(fakeFrame(0));
      expect((await step).present).toEqual([true]);
    }
  });

  it("lets a stream be left, aborted, or disposed of (both ways of dropping)", async () => {
    for (const drop of ["none", "latest"] as const) {
      for (const end of ["return", "abort", "dispose"] as const) {
        const { model } = fakeModel();
        const session = processor.initVideoSession({ originalSize: [16, 16] });
        const abort = new AbortController();
        let isLeft = false;
        let asked: () => void = () => undefined;
        const asking = new Promise<void>((resolve) => {
          asked = resolve;
        });
        const camera = {
          [Symbol.asyncIterator]: () => ({
            next: () => {
              asked();
              return new Promise<never>(() => undefined);
            },
            return: async () => {
              isLeft = true;
              return { done: true as const, value: undefined };
            },
          }),
        };
        const outputs = model.track(session, camera, { drop, signal: abort.signal });
        const next = outputs.next();
        const settled = next.then(
          () => "ended",
          (error: Error) => error,
        );
        await asking;
        if (end === "return") await outputs.return();
        else if (end === "abort") abort.abort(reason);
        else await session.dispose();
        const outcome = await settled;
        if (end === "return") expect(outcome).toBe("ended");
        else if (end === "abort") expect(outcome).toBe(reason);
        else expect(outcome).toBeInstanceOf(DisposedError);
        expect(isLeft).toBe(true);
      }
    }
  });

  it("does not wait for a sink of masks when its session is disposed of", async () => {
    const { model } = fakeModel();
    let reached: () => void = () => undefined;
    const reaching = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const session = processor.initVideoSession({
      video: { length: 1, size: [16, 16], get: () => fakeFrame(0) },
      onMasks: () => {
        reached();
        return new Promise(() => undefined);
      },
    });
    click(session, 0, 1);
    const step = expect(model.forward(session, { frameIndex: 0 })).rejects.toThrow(DisposedError);
    await reaching;
    await session.dispose();
    await step;
  });
});
