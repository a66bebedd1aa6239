import { rleIou } from "@sam2js/masks";
import { loadGolden } from "@sam2js/reference";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { afterAll, expect, it } from "vitest";
import { fixtureFrames, loadFixture } from "../__tests__/fixture-model.js";

const runtime = createNodeRuntime();
afterAll(() => runtime.dispose());

// Random models are chaotic where a yes or no is near. With these clicks none is; IoU seen: at least 0.99.
it.each(["video-a", "video-edge-a"])(
  "a session of %s that was saved in fewer bytes goes on with nearly the same masks",
  async (name) => {
    const golden = loadGolden(name);
    const { model, processor } = await loadFixture(golden, runtime);
    const video = fixtureFrames(golden).slice(0, 12);
    const session = processor.initVideoSession({ video });
    const prompt = { inputPoints: [[[[30, 34]], [[92, 60]]]], inputLabels: [[[1], [1]]] };
    processor.addInputsToInferenceSession(session, { frameIndex: 0, objectIds: ["a", "b"], ...prompt });
    for await (const _ of model.propagateInVideoIterator(session, { maxFrameNumToTrack: 6 }));
    const { length } = await session.serialize();
    const saved = await session.serialize({ maxBytes: length / 3 });
    expect(saved.length).toBeLessThanOrEqual(length / 3);
    const restored = await model.restoreSession(saved, { video });
    for (const frameIndex of [7, 8, 9]) {
      const exact = (await model.forward(session, { frameIndex })).toMasks();
      const kept = (await model.forward(restored, { frameIndex })).toMasks();
      for (const [object, mask] of exact.entries()) expect(rleIou(mask, kept[object]!)).toBeGreaterThan(0.98);
    }
    await session.dispose();
    await restored.dispose();
    await model.dispose();
  },
);
