/** Many images in a row in one process: encode, one click, masks at full size; the memory after every tenth. Needs --expose-gc. */
import { AutoModelForMaskGeneration } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { childOptions, reply } from "../run-child.mjs";
import { timed } from "../statistics.mjs";

const EVERY = 10;
const { model: folder, images, threads, count } = childOptions();
const runtime = createNodeRuntime({ threads });
const model = await AutoModelForMaskGeneration.fromPretrained(folder, { runtime });
const processor = await Sam2Processor.fromPretrained(folder, { runtime });
const samples = [];
const sample = (done) => {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  samples.push({ images: done, rssBytes: rss, heapBytes: heapUsed + external });
};
const [seconds] = await timed(async () => {
  for (let done = 1; done <= count; done++) {
    const inputs = await processor.process({
      images: images[done % images.length],
      inputPoints: [[[[200, 200]]]],
    });
    const outputs = await model.forward(inputs);
    await processor.postProcessMasks(outputs.predMasks, inputs.originalSizes);
    await outputs.imageEmbeddings.dispose();
    if (done % EVERY === 0) sample(done);
  }
});
await runtime.dispose();
reply({ seconds, samples });
