/** One mask generation of ours, with the time of the calling thread by stage; or its masks' scores, to choose thresholds from. */
import { AutoModelForMaskGeneration, MaskGenerator } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { childOptions, peakRssBytes, reply } from "../run-child.mjs";
import { timed } from "../statistics.mjs";

const { model: folder, image, threads, options, wantsScores } = childOptions();
const runtime = createNodeRuntime({ threads });
const model = await AutoModelForMaskGeneration.fromPretrained(folder, { runtime });
const processor = await Sam2Processor.fromPretrained(folder, { runtime });
const generator = new MaskGenerator({ model, processor });
const loadedRssBytes = peakRssBytes();

/** Adds up the seconds that calls of a method take. */
const stages = {};
const watch = (object, method, stage) => {
  const original = object[method].bind(object);
  stages[stage] = 0;
  const note = (start) => {
    stages[stage] += (performance.now() - start) / 1000;
  };
  object[method] = (...given) => {
    const start = performance.now();
    const result = original(...given);
    if (result instanceof Promise) return result.finally(() => note(start));
    note(start);
    return result;
  };
};
watch(runtime, "decodeImage", "decode the image");
watch(processor.imageProcessor, "preprocess", "preprocess");
watch(model, "getImageEmbeddings", "encode");
watch(processor.imageProcessor, "filterMasks", "filter (beside the decoder)");
watch(processor.imageProcessor, "postProcessForMaskGeneration", "suppress duplicates");

const [seconds, output] = await timed(() => generator.generate(image, options));
const counted = Object.values(stages).reduce((sum, value) => sum + value, 0);
const capabilities = await runtime.capabilities();
await runtime.dispose();
reply({
  seconds,
  stages: { ...stages, "wait for the decoder": Math.max(0, seconds - counted) },
  masks: output.masks.length,
  loadedRssBytes,
  peakRssBytes: peakRssBytes(),
  engine: capabilities.engine,
  ...(wantsScores && { scores: output.masks.map(({ score, stability }) => [score, stability]) }),
});
