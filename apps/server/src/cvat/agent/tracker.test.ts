import { fromCvatMask, type Mask, toCvatMask } from "@sam2js/masks";
import { createNodeRuntime } from "@sam2js/runtime-node";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../../__fixtures__/start.js";
import { type LoadedVideoModel, loadVideoModel } from "../../engine/load-model.js";
import { DEFAULT_LIMITS } from "../../limits.js";
import { StandInCvat, TOKEN } from "../__fixtures__/cvat-server.js";
import { startAgent } from "../__fixtures__/start-agent.js";
import { CvatApi } from "../api/cvat-api.js";
import { Tasks } from "../api/tasks.js";
import { Tracker } from "../functions/tracker.js";

const SIZE = [360, 480] as const;
const BAG = [250, 70, 330, 260] as const;
const runtime = createNodeRuntime();
const model = { name: "nano", imageSize: 256 };

/** A camera that pans over a photo. */
let frames: Buffer[];
let loaded: LoadedVideoModel;
beforeAll(async () => {
  const [height, width] = SIZE;
  const cut = (left: number) =>
    sharp(photo("groceries.jpg")).extract({ left, top: 100, width, height }).png().toBuffer();
  frames = await Promise.all([200, 206, 212, 218, 224, 230].map(cut));
  loaded = await loadVideoModel(model, runtime);
});
afterAll(() => runtime.dispose());

/** What our own session finds in these frames, from the first of them on. */
async function play(order: readonly number[], prompt: object): Promise<Mask[]> {
  await using session = loaded.processor.initVideoSession({
    video: order.map((index) => frames[index] ?? ""),
  });
  loaded.processor.addInputsToInferenceSession(session, { frameIndex: 0, objectIds: 1, ...prompt });
  const masks: Mask[] = [];
  for await (const output of loaded.model.propagateInVideoIterator(session)) masks.push(...output.toMasks());
  return masks;
}

async function start() {
  const agent = await startAgent({ create: [{ kind: "tracker" }], model });
  agent.cvat.tasks.set(1, { frames, deleted: [2] });
  const ask = async (params: Record<string, unknown>) => {
    const { error, result } = await agent.cvat.ended(agent.cvat.ask("interactive", { task: 1, ...params }));
    expect(error).toBeUndefined();
    return result;
  };
  const track = async (frame: number, states: readonly string[]) => ask({ type: "track", frame, states });
  const begin = async (frame: number, shapes: readonly object[]): Promise<string[]> =>
    (await ask({ type: "init_tracking", frame, shapes })).states;
  return { ...agent, track, begin };
}

const box = { type: "rectangle", points: [...BAG] };

describe("the agent as a tracker", () => {
  it("follows a rectangle, a mask and a polygon together as a session of ours does, past deleted frames", async () => {
    const { cvat, track, begin } = await start();
    const order = [0, 1, 3, 4];
    const boxed = await play(order, { inputBoxes: [[BAG]] });
    const [first] = boxed;
    const masked = await play(order, { inputMasks: [first] });
    const [x0, y0, x1, y1] = BAG;
    const polygon = { type: "polygon", points: [x0, y0, x1, y0, x1, y1, x0, y1] };
    const states = await begin(0, [box, { type: "mask", points: toCvatMask(first as Mask) }, polygon]);
    expect(new Set(states).size).toBe(3);
    for (const [index, frame] of order.entries()) {
      if (index === 0) continue;
      const answer = await track(frame, states);
      expect(answer.states).toEqual(states);
      const [rectangle, mask, outline] = answer.shapes;
      const [a, b, c, d] = boxed[index]?.box ?? [];
      expect(rectangle).toEqual({ type: "rectangle", points: [a, b, (c ?? 0) + 1, (d ?? 0) + 1] });
      expect(fromCvatMask(mask.points, SIZE).counts).toEqual(masked[index]?.counts);
      expect([outline.type, outline.points.length > 5]).toEqual(["polygon", true]);
    }
    expect(cvat.count(/\/data\/$/)).toBe(4); // each frame once, for all three
    expect(cvat.functions.get(7)).toMatchObject({ supported_shape_types: ["mask", "polygon", "rectangle"] });
  });

  it("goes back in time, and answers a frame again", async () => {
    const { track, begin } = await start();
    const order = [5, 4, 3];
    const masks = await play(order, { inputBoxes: [[BAG]] });
    const states = await begin(5, [{ type: "mask", points: toCvatMask(masks[0] as Mask) }]);
    const expected = await play(order, { inputMasks: [masks[0]] });
    for (const frame of [4, 3]) {
      const { shapes } = await track(frame, states);
      const again = await track(frame, states);
      expect(again.shapes).toEqual(shapes);
      const found = fromCvatMask(shapes[0].points, SIZE);
      expect(iou(found, expected[order.indexOf(frame)] as Mask)).toBeGreaterThan(0.97); // memories of the other direction have other places in time
    }
  });

  it("adds objects on the frame where others are, and follows those that are asked for", async () => {
    const { cvat, track, begin } = await start();
    const [a = ""] = await begin(0, [box]);
    await track(1, [a]);
    const [b = ""] = await begin(1, [{ ...box, points: [20, 40, 120, 200] }]);
    const before = cvat.count(/\/data\/$/);
    const both = await track(3, [b, a]);
    expect(cvat.count(/\/data\/$/)).toBe(before + 1);
    expect(both.states).toEqual([b, a]);
    const alone = await track(4, [b]);
    expect(alone.shapes).toHaveLength(1);
  });

  it.each<[string, object, string]>([
    [
      "of a shape that it does not know",
      { type: "init_tracking", frame: 0, shapes: [{ type: "cuboid", points: [] }] },
      "shape",
    ],
    [
      "of half a rectangle",
      { type: "init_tracking", frame: 0, shapes: [{ type: "rectangle", points: [1] }] },
      "points",
    ],
    [
      "of two corners of a polygon",
      { type: "init_tracking", frame: 0, shapes: [{ type: "polygon", points: [1, 1, 2, 2] }] },
      "points",
    ],
    ["on a deleted frame", { type: "init_tracking", frame: 2, shapes: [box] }, "frame"],
    [
      "of an object that it does not know",
      { type: "track", frame: 1, states: ["abc"] },
      "begin tracking anew",
    ],
  ])("fails a request %s", async (_, params, words) => {
    const { cvat, begin } = await start();
    const failed = await cvat.ended(cvat.ask("interactive", { task: 1, ...params }));
    expect([failed.status, failed.error]).toEqual(["failed", expect.stringContaining(words)]);
    expect(await begin(0, [box])).toHaveLength(1);
  });

  it("keeps so many objects, and forgets the one that was not followed for longest", async () => {
    const cvat = await StandInCvat.start();
    cvat.tasks.set(1, { frames });
    cvat.tasks.set(2, { frames });
    const tasks = new Tasks(new CvatApi({ server: cvat.address, token: TOKEN }), DEFAULT_LIMITS);
    const load = () => loadVideoModel(model, runtime);
    const tracker = await Tracker.create(load, tasks, 2);
    const work = { signal: new AbortController().signal, onProgress: async () => undefined };
    const begin = async (task: number) => {
      const answer = await tracker.run({ type: "init_tracking", task, frame: 0, shapes: [box] }, work);
      return (answer as { states: string[] }).states;
    };
    const track = (task: number, states: string[]) =>
      tracker.run({ type: "track", task, frame: 1, states }, work);
    const [a, b] = [await begin(1), await begin(1)];
    await track(1, a);
    const c = await begin(2);
    await expect(track(1, b)).rejects.toThrow(/begin tracking anew/);
    await expect(track(1, c)).rejects.toThrow(/begin tracking anew/); // of another task
    await expect(Promise.all([track(1, a), track(2, c)])).resolves.toHaveLength(2);
    await tracker.dispose();
  });
});

function iou(a: Mask, b: Mask): number {
  const [first, second] = [a.toBitmap().data, b.toBitmap().data];
  let [both, either] = [0, 0];
  for (const [index, bit] of first.entries()) {
    both += bit & (second[index] ?? 0);
    either += bit | (second[index] ?? 0);
  }
  return both / either;
}
