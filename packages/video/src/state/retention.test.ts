import { describe, expect, it } from "vitest";
import { fakeFrame, fakeModel, fakeVideo } from "../__tests__/fake-engine.js";
import { click, collect } from "../__tests__/play.js";
import { MemoryEvictedError } from "../errors.js";
import { Sam2VideoProcessor } from "../processor/sam2-video-processor.js";
import type { Retention } from "./retention.js";

const processor = new Sam2VideoProcessor();

/** Memories that a session holds. */
function memories(session: ReturnType<typeof processor.initVideoSession>): number {
  return [...session.state.objects.values()]
    .flatMap(({ tracked, conditioning }) => [...tracked.values(), ...conditioning.values()])
    .filter(({ memory }) => memory).length;
}

describe("retention", () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    "window gives what keeping everything gives, for any prompts and directions (%i)",
    async (seed) => {
      let state = seed * 7919 + 1;
      const random = (below: number) => {
        state = (state * 48271) % 2147483647;
        return state % below;
      };
      const length = 30 + random(30);
      const prompts = Array.from({ length: 1 + random(4) }, () => ({
        frame: random(length),
        id: random(3),
        x: random(16),
      }));
      const runs = Array.from({ length: 1 + random(4) }, () => ({
        prompt: random(prompts.length),
        reverse: random(2) === 1,
      }));
      const cap = random(3) === 0 ? 2 : -1;
      const play = async (retention: Retention) => {
        const { model } = fakeModel({ maxCondFrameNum: cap });
        const session = processor.initVideoSession({ video: fakeVideo(length), retention });
        for (const { frame, id, x } of prompts) click(session, frame, id, { x });
        const outputs = [];
        for (const { prompt, reverse } of runs) {
          const startFrameIndex = prompts[prompt]!.frame;
          outputs.push(await collect(model.propagateInVideoIterator(session, { startFrameIndex, reverse })));
        }
        return { outputs, kept: memories(session) };
      };
      const [window, all] = [await play("window"), await play("all")];
      expect(window.outputs).toEqual(all.outputs);
      expect(window.kept).toBeLessThanOrEqual(all.kept);
    },
  );

  it.each(["window", "head"] as const)("%s is bounded on an endless stream", async (retention) => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ originalSize: [16, 16], retention });
    click(session, 0, ["a", "b", "c"]);
    let most = 0;
    for (let frame = 0; frame < 1000; frame++) {
      await model.forward(session, { frame: fakeFrame(frame) });
      most = Math.max(most, memories(session));
      if (frame === 100) expect(session.state.objects.get("a")!.tracked.size).toBeLessThanOrEqual(32);
    }
    expect(most).toBeLessThanOrEqual(3 * (retention === "head" ? 8 : 14));
    const bytes = (await session.serialize()).length;
    expect(bytes).toBeLessThan(30_000);
  });

  it("is bounded on a stream of which frames are dropped, far beyond any video's length", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ originalSize: [16, 16] });
    const first = 30_000_000;
    click(session, first, ["a", "b"]);
    const sizes: number[] = [];
    for (let i = 0; i < 200; i++) {
      await model.forward(session, { frame: fakeFrame(i), frameIndex: first + 3 * i });
      sizes.push((await session.serialize()).length);
    }
    expect(Math.max(...sizes.slice(50))).toBeLessThan(1.01 * (sizes[50] ?? 0));
    expect(session.state.objects.get("a")?.visited.toRanges().length).toBeLessThanOrEqual(16);
  });

  it("makes memories again that are gone, or says from where when told not to", async () => {
    const { model } = fakeModel();
    const all = processor.initVideoSession({ video: fakeVideo(60), retention: "all" });
    const few = processor.initVideoSession({ video: fakeVideo(60), retention: "window" });
    for (const session of [all, few]) {
      click(session, 2, 1);
      await collect(model.propagateInVideoIterator(session));
      click(session, 40, 1, { x: 9, label: 0 });
    }
    const wanted = await model.forward(all, { frameIndex: 40 });
    const error = await model
      .forward(few, { frameIndex: 40, replay: false })
      .catch((caught: unknown) => caught);
    expect(MemoryEvictedError.isInstance(error) && error.restartFrom).toBe(3);
    const replayed = await model.forward(few, { frameIndex: 40 });
    expect(replayed.predMasks).toEqual(wanted.predMasks);
    expect(await collect(model.propagateInVideoIterator(few, { startFrameIndex: 40 }))).toEqual(
      await collect(model.propagateInVideoIterator(all, { startFrameIndex: 40 })),
    );
  });
});
