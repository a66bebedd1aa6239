import { leastIou, loadMeta, metaFrames, rangeOf, relativeError } from "@sam2js/reference";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { afterAll, expect, test } from "vitest";
import { Sam2VideoModel } from "./model/sam2-video-model.js";
import { Sam2VideoProcessor } from "./processor/sam2-video-processor.js";

const runtime = createNodeRuntime();
afterAll(() => runtime.dispose());

// Expected numbers: Meta's own video predictor (PyPI sam2 1.1.0) with the same file, by make_meta_checkpoint.py of tooling/reference.
// Tolerance: as for parity with transformers, of the range of all logits: memories are rounded to bfloat16, which later frames amplify.
const TOLERANCE = 1e-3;

test("a .pt file follows an object through ten frames as Meta's own predictor does", async () => {
  const { file, given, video } = loadMeta();
  const source = { name: "meta", files: { "weights.pt": file } };
  const model = await Sam2VideoModel.fromPretrained(source, { runtime, config: given });
  const processor = await Sam2VideoProcessor.fromPretrained(source, { runtime, config: given });
  const session = processor.initVideoSession({ video: metaFrames() });
  const inputPoints = [[[[...video.point]]]];
  processor.addInputsToInferenceSession(session, {
    frameIndex: 0,
    objectIds: 1,
    inputPoints,
    inputLabels: [[[1]]],
  });
  const range = rangeOf(video.frames.flatMap(({ low_res_masks }) => low_res_masks));
  let count = 0;
  for await (const output of model.propagateInVideoIterator(session)) {
    const expected = video.frames[output.frameIndex];
    const masks = { dims: [1, 1, 16, 16], data: expected?.low_res_masks ?? [] };
    expect(relativeError(output.predMasks, masks, range)).toBeLessThan(TOLERANCE);
    expect(leastIou(output.predMasks, masks)).toBe(1);
    expect(Math.abs((output.objectScoreLogits.data[0] ?? 0) - (expected?.object_score ?? 9))).toBeLessThan(
      1e-2,
    );
    count++;
  }
  expect(count).toBe(10);
  await session.dispose();
  await model.dispose();
});
