/** One round of our side of `image`: load, encode, first click, clicks, 16 and 64 prompts, the engine's peak; seconds and memory of each. */
import { AutoModelForMaskGeneration } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { measureGemmPeak } from "../engine/gemm-peak.mjs";
import { childOptions, peakRssBytes, reply } from "../run-child.mjs";
import { timed } from "../statistics.mjs";

const { model: folder, image, threads, repeat, peak } = childOptions();
const steps = {};
const record = (name, all) => {
  steps[name] = { all, peakRssBytes: peakRssBytes() };
};
const several = async (name, count, work, { warm = true } = {}) => {
  if (warm) await work();
  const all = [];
  for (let i = 0; i < count; i++) all.push((await timed(work))[0]);
  record(name, all);
};

const [loadSeconds, { runtime, model }] = await timed(async () => {
  const runtime = createNodeRuntime({ threads });
  return { runtime, model: await AutoModelForMaskGeneration.fromPretrained(folder, { runtime }) };
});
record("load", [loadSeconds]);

const processor = await Sam2Processor.fromPretrained(folder, { runtime });
const [preprocessSeconds, { pixelValues }] = await timed(() => processor.process({ images: image }));
record("preprocess", [preprocessSeconds]);
const size = model.config.imageSize;
const random = (count) => ({
  inputPoints: {
    type: "float32",
    dims: [1, count, 1, 2],
    data: Float32Array.from({ length: 2 * count }, () => Math.random() * size),
  },
  inputLabels: { type: "int32", dims: [1, count, 1], data: new Int32Array(count).fill(1) },
});

let embeddings = await model.getImageEmbeddings(pixelValues); // not counted, as in the reference's script
await several(
  "encode",
  repeat,
  async () => {
    await embeddings.dispose();
    embeddings = await model.getImageEmbeddings(pixelValues);
  },
  { warm: false },
);
const ask = (prompts) => () => model.forward({ imageEmbeddings: embeddings, ...prompts });
record("firstClick", [(await timed(ask(random(1))))[0]]);
await several("click", repeat * 5, ask(random(1)));
await several("prompts16", repeat, ask(random(16)));
await several("prompts64", Math.max(1, repeat >> 1), ask(random(64)), { warm: false });
const gemmPeak = peak ? await measureGemmPeak(runtime) : undefined;
const { engine, promptsPerRun } = await runtime.capabilities();
await embeddings.dispose();
await runtime.dispose();
reply({ steps, gemmPeak, engine, promptsPerRun, imageSize: size });
