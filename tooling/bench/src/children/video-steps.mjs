/** One round of our side of `video`: some frames for each number of objects, with full memory; the seconds of each frame and graph. */
import { Tensor } from "@sam2js/core";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { AutoVideoModel, Sam2VideoProcessor } from "@sam2js/video";
import { measureGemmPeak } from "../engine/gemm-peak.mjs";
import { timedRuntime } from "../engine/timed-runtime.mjs";
import { childOptions, peakRssBytes, reply } from "../run-child.mjs";
import { timed } from "../statistics.mjs";
import { fillMemory } from "./fill-memory.mjs";

const { model: folder, threads, frames: count, objects: counts, dtype, peak } = childOptions();
const graphSeconds = new Map();
const runtime = timedRuntime(createNodeRuntime({ threads }), graphSeconds);
const model = await AutoVideoModel.fromPretrained(folder, { runtime, dtype });
const processor = await Sam2VideoProcessor.fromPretrained(folder, { runtime });
const { imageSize: size, maxObjectPointersInEncoder: reach } = model.config;
const noise = new Tensor(
  "float32",
  Float32Array.from({ length: 3 * size * size }, () => 4 * Math.random() - 2),
  [3, size, size],
);
const runs = {};
for (const objects of counts) {
  const video = { length: reach + count, size: [size, size], get: async () => noise };
  const session = processor.initVideoSession({ video });
  for (let id = 0; id < objects; id++) {
    const inputPoints = [[[[Math.random() * size, Math.random() * size]]]];
    processor.addInputsToInferenceSession(session, {
      frameIndex: 0,
      objectIds: id,
      inputPoints,
      inputLabels: [[[1]]],
    });
  }
  await model.forward(session, { frameIndex: 0 });
  fillMemory(session, reach);
  graphSeconds.clear();
  const all = [];
  for (let frameIndex = reach; frameIndex < reach + count; frameIndex++) {
    all.push((await timed(() => model.forward(session, { frameIndex })))[0]);
  }
  runs[objects] = { frames: all, graphs: Object.fromEntries(graphSeconds) };
  await session.dispose();
}
const peakBytes = peakRssBytes();
const gemmPeak = peak ? await measureGemmPeak(runtime) : undefined;
const { engine } = await runtime.capabilities();
await runtime.dispose();
reply({ runs, gemmPeak, engine, imageSize: size, peakRssBytes: peakBytes });
