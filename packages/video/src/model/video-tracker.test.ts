import { describe, expect, it } from "vitest";
import { fakeFrame, fakeModel, fakeVideo } from "../__tests__/fake-engine.js";
import { click, collect, plain } from "../__tests__/play.js";
import {
  FrameOutOfRangeError,
  NoConditioningFrameError,
  NoObjectsError,
  UnknownObjectError,
} from "../errors.js";
import { Sam2VideoProcessor } from "../processor/sam2-video-processor.js";

const processor = new Sam2VideoProcessor();

describe("forward and propagation", () => {
  it("uses every prompt that was added before a step, not only the last call's", async () => {
    const { model, engine } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(4) });
    const ids = ["car", 2];
    click(session, 0, "car");
    click(session, 0, 2);
    const output = await model.forward(session, { frameIndex: 0 });
    expect(output.objectIds).toEqual(ids);
    expect(output.present).toEqual([true, true]);
    const starts = engine.calls.filter(({ request }) => request && "conditioning" in request);
    expect(
      starts.map(({ request }) => (request as { conditioning: { kind: string } }).conditioning.kind),
    ).toEqual(["none", "none"]);
  });

  it.each(["forward", "propagateInVideoIterator", "propagateBothWays", "track"] as const)(
    "%s refuses what is no session by name",
    async (method) => {
      const { model } = fakeModel();
      const call = async () => (model[method] as (given: object) => unknown)({ inferenceSession: 1 });
      await expect(call()).rejects.toThrow(`${method}: expected a session of initVideoSession first`);
    },
  );

  it("leaves the caller's list of ids as it was", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(2) });
    const objectIds = [1, 2];
    click(session, 0, objectIds);
    await model.forward(session, { frameIndex: 0 });
    expect(objectIds).toEqual([1, 2]);
  });

  it("begins an object on the frame of its prompt only, wherever propagation starts", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(6) });
    click(session, 3, 1);
    const outputs = await collect(model.propagateInVideoIterator(session, { startFrameIndex: 0 }));
    expect(outputs.map(({ frame }) => frame)).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...session.state.objects.get(1)!.conditioning.keys()]).toEqual([3]);
  });

  it("has no result for an object that a stream announced before its frame came", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ originalSize: [16, 16] });
    click(session, 1, 1);
    const first = await model.forward(session, { frame: fakeFrame(0) });
    expect(first.present).toEqual([false]);
    expect(new Set(first.predMasks.data)).toEqual(new Set([-1024]));
    expect(session.state.objects.get(1)!.visited.has(0)).toBe(false);
    expect((await model.forward(session, { frame: fakeFrame(1) })).present).toEqual([true]);
  });

  it("returns a corrected frame as it was stored when propagation passes it again", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(8), retention: "all" });
    click(session, 0, 1);
    await collect(model.propagateInVideoIterator(session));
    click(session, 3, 1, { x: 9, label: 0 });
    const corrected = plain(await model.forward(session, { frameIndex: 3 }));
    const again = await collect(model.propagateInVideoIterator(session, { startFrameIndex: 2 }));
    expect(again[1]).toEqual(corrected);
    session.clearInputs(1, 3);
    const cleared = await collect(model.propagateInVideoIterator(session, { startFrameIndex: 2 }));
    expect(cleared[1]).not.toEqual(corrected);
  });

  it("tracks an object in reverse also where another one begins on the same frame", async () => {
    const alone = fakeModel();
    const run = async (withOther: boolean) => {
      const session = processor.initVideoSession({ video: fakeVideo(9) });
      if (withOther) {
        click(session, 4, "other");
        session.state.objects.get("other")!.pending.clear();
      }
      click(session, 8, 1);
      await alone.model.forward(session, { frameIndex: 8, objectIds: [1] });
      if (withOther) session.state.objects.get("other")!.pending.add(4);
      const outputs = [];
      for (const frameIndex of [7, 6, 5, 4, 3]) {
        const output = await alone.model.forward(session, { frameIndex, reverse: true });
        outputs.push([...output.predMasks.data].slice(withOther ? 16 : 0).slice(0, 16));
      }
      return outputs;
    };
    const [plainRun, mixedRun] = [await run(false), await run(true)];
    expect(mixedRun.slice(0, 4)).toEqual(plainRun.slice(0, 4));
  });

  it("does not touch other objects when one is added, corrected or removed", async () => {
    const { model } = fakeModel({ maxCondFrameNum: -1 });
    const track = async (others: boolean) => {
      const session = processor.initVideoSession({
        video: fakeVideo(10),
        policy: { ...session0.policy, hardMemory: "object" },
      });
      click(session, 0, 1);
      if (others) click(session, 0, 2, { x: 8 });
      const seen: number[][] = [];
      for (let frame = 0; frame < 10; frame++) {
        if (others && frame === 3) click(session, 3, 3, { x: 1 });
        if (others && frame === 5) click(session, 5, 2, { x: 2, label: 0 });
        if (others && frame === 7) session.removeObject(2);
        const output = await model.forward(session, { frameIndex: frame });
        seen.push([...output.predMasks.data].slice(0, 16));
      }
      return seen;
    };
    const session0 = processor.initVideoSession();
    expect(await track(true)).toEqual(await track(false));
  });

  it("goes both ways from the start, each frame once", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(7) });
    click(session, 3, 1);
    const outputs = await collect(model.propagateBothWays(session));
    expect(outputs.map(({ frame }) => frame)).toEqual([3, 4, 5, 6, 2, 1, 0]);
  });

  it("reads a video of unknown length to its end, and each frame once", async () => {
    const { model } = fakeModel();
    const video = fakeVideo(5, { knowsLength: false });
    const session = processor.initVideoSession({ video });
    click(session, 0, 1);
    const outputs = await collect(model.propagateInVideoIterator(session));
    expect(outputs.map(({ frame }) => frame)).toEqual([0, 1, 2, 3, 4]);
    expect(video.reads).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("counts progress and stops after the wanted number of frames", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(9) });
    click(session, 2, 1);
    const done: unknown[] = [];
    const options = { maxFrameNumToTrack: 3, onProgress: (event: unknown) => done.push(event) };
    await collect(model.propagateInVideoIterator(session, options));
    expect(done).toEqual(
      [1, 2, 3, 4].map((each) => ({ phase: "track", done: each, total: 4, unit: "steps" })),
    );
  });

  it("yields nothing backwards from frame 0", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(3) });
    click(session, 0, 1);
    expect(await collect(model.propagateInVideoIterator(session, { reverse: true }))).toEqual([]);
  });

  it("says what is wrong with a call", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(3) });
    await expect(model.forward(session, { frameIndex: 0 })).rejects.toSatisfy((error) =>
      NoObjectsError.isInstance(error),
    );
    await expect(collect(model.propagateInVideoIterator(session))).rejects.toSatisfy((error) =>
      NoConditioningFrameError.isInstance(error),
    );
    click(session, 0, 1);
    await expect(model.forward(session, { frameIndex: 3 })).rejects.toSatisfy((error) =>
      FrameOutOfRangeError.isInstance(error),
    );
    expect(() => click(session, 3, 1)).toThrow(/0 to 2/);
    expect(() => session.removeObject("1")).toThrow(UnknownObjectError);
    await expect(model.forward(session, {})).rejects.toThrow(/frameIndex/);
    await expect(model.forward(session, { frame: fakeFrame(0) })).rejects.toThrow(/has a video/);
    const unknown = processor.initVideoSession({ video: fakeVideo(2, { knowsLength: false }) });
    click(unknown, 5, 1);
    await expect(model.forward(unknown, { frameIndex: 5 })).rejects.toSatisfy((error) =>
      FrameOutOfRangeError.isInstance(error),
    );
  });

  it("refuses the session of another model", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(2) });
    click(session, 0, 1);
    session.state.fingerprint = "another";
    await expect(model.forward(session, { frameIndex: 0 })).rejects.toThrow(/session for each model/);
  });
});

describe("a step", () => {
  it("stores nothing when it is aborted between two pieces of work, and can be taken again", async () => {
    const { model, engine } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(3) });
    click(session, 0, [1, 2]);
    const controller = new AbortController();
    engine.onCall = ({ kind }) => {
      if (kind === "memory") controller.abort(new RangeError("enough"));
    };
    await expect(model.forward(session, { frameIndex: 0, signal: controller.signal })).rejects.toThrow(
      "enough",
    );
    expect([...session.state.objects.values()].map(({ conditioning }) => conditioning.size)).toEqual([0, 0]);
    engine.onCall = () => undefined;
    expect((await model.forward(session, { frameIndex: 0 })).present).toEqual([true, true]);
  });

  it("keeps a prompt that was given while its frame was computed", async () => {
    const { model, engine } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(3) });
    click(session, 0, 1);
    engine.onCall = ({ kind }) => {
      if (kind === "memory") click(session, 0, 1, { x: 9 });
    };
    const first = plain(await model.forward(session, { frameIndex: 0 }));
    engine.onCall = () => undefined;
    const second = plain(await model.forward(session, { frameIndex: 0 }));
    expect(second.logits).not.toEqual(first.logits);
  });

  it("forgets what it found about an object that was removed meanwhile", async () => {
    const { model, engine } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(3) });
    click(session, 0, [1, 2]);
    engine.onCall = ({ kind }) => {
      if (kind === "memory" && session.state.objects.has(2)) session.removeObject(2);
    };
    await model.forward(session, { frameIndex: 0 });
    expect(session.objectIds).toEqual([1]);
  });

  it("waits for the step before it", async () => {
    const { model, engine } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(4) });
    click(session, 0, 1);
    await Promise.all([0, 1, 2].map((frameIndex) => model.forward(session, { frameIndex })));
    expect(engine.calls.filter(({ kind }) => kind === "encode").map(({ frame }) => frame)).toEqual([0, 1, 2]);
  });

  it("encodes a frame once for all its objects, keeps one frame's features, and frees them in the end", async () => {
    const { model, engine } = fakeModel();
    const session = processor.initVideoSession({ video: fakeVideo(4) });
    click(session, 0, [1, 2, 3]);
    await collect(model.propagateInVideoIterator(session));
    expect(engine.features.map(({ isDisposed }) => isDisposed)).toEqual([true, true, true, false]);
    await session.dispose();
    expect(engine.features.at(-1)?.isDisposed).toBe(true);
    await expect(model.forward(session, { frameIndex: 0 })).rejects.toThrow(/dispose/);
  });
});

describe("streams", () => {
  it("pull one frame for each result", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ originalSize: [16, 16] });
    click(session, 0, 1);
    let pulled = 0;
    async function* camera() {
      for (; pulled < 100; ) yield fakeFrame(pulled++);
    }
    const seen: number[] = [];
    for await (const { frameIndex } of model.track(session, camera())) {
      seen.push(frameIndex);
      expect(pulled).toBe(frameIndex + 1);
      if (frameIndex === 4) break;
    }
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    expect(session.frameCount).toBe(5);
  });

  it("drop what arrives meanwhile but for the newest, and count it", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ originalSize: [16, 16] });
    click(session, 0, 1);
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    async function* camera() {
      for (let index = 0; index < 30; index++) {
        yield fakeFrame(index);
        await wait(2);
      }
    }
    const seen: number[] = [];
    for await (const { frameIndex } of model.track(session, camera(), { drop: "latest" })) {
      seen.push(frameIndex);
      await wait(15);
    }
    expect(seen[0]).toBe(0);
    expect(seen.at(-1)).toBe(29);
    expect(seen.length).toBeLessThan(20);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
  });

  it.each(["none", "latest"] as const)(
    "end at once when aborted, though the camera is silent (drop %s)",
    async (drop) => {
      const { model } = fakeModel();
      const session = processor.initVideoSession({ originalSize: [16, 16] });
      click(session, 0, 1);
      async function* camera() {
        yield fakeFrame(0);
        await new Promise(() => undefined);
      }
      const controller = new AbortController();
      const seen: number[] = [];
      const run = async () => {
        for await (const { frameIndex } of model.track(session, camera(), {
          drop,
          signal: controller.signal,
        })) {
          seen.push(frameIndex);
          setTimeout(() => controller.abort(new RangeError("enough")), 5);
        }
      };
      await expect(run()).rejects.toThrow("enough");
      expect(seen).toEqual([0]);
    },
  );

  it("have empty results until there is an object; the last frame can be prompted", async () => {
    const { model } = fakeModel();
    const session = processor.initVideoSession({ originalSize: [16, 16] });
    const results: boolean[][] = [];
    for await (const output of model.track(session, [0, 1, 2, 3].map(fakeFrame))) {
      results.push([...output.present]);
      if (output.frameIndex !== 1) continue;
      click(session, 1, "dog");
      expect((await model.forward(session, { frameIndex: 1 })).present).toEqual([true]);
    }
    expect(results).toEqual([[], [], [true], [true]]);
    await expect(model.forward(session, { frameIndex: 0 })).rejects.toThrow(/last frame/);
  });

  it("do not count a frame whose step failed", async () => {
    const { model, engine } = fakeModel();
    const session = processor.initVideoSession({ originalSize: [16, 16] });
    click(session, 0, 1);
    engine.onCall = () => {
      throw new RangeError("engine");
    };
    await expect(model.forward(session, { frame: fakeFrame(0) })).rejects.toThrow("engine");
    expect(session.frameCount).toBe(0);
    engine.onCall = () => undefined;
    expect((await model.forward(session, { frame: fakeFrame(0) })).frameIndex).toBe(0);
  });
});
