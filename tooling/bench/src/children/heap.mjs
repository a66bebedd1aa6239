/**
 * What the JavaScript heap holds before and after a model is loaded and used. The engine runs in this thread, since a worker's heap cannot be
 * seen from outside. Needs --expose-gc.
 */
import { AutoModelForMaskGeneration } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { childOptions, reply } from "../run-child.mjs";

const { model: folder, image, threads } = childOptions();
const heapBytes = () => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage(); // external contains the array buffers
  return heapUsed + external;
};
const runtime = createNodeRuntime({ threads, worker: false });
await runtime.capabilities();
const before = heapBytes();
const model = await AutoModelForMaskGeneration.fromPretrained(folder, { runtime });
const loaded = heapBytes() - before;
const processor = await Sam2Processor.fromPretrained(folder, { runtime });
const { pixelValues } = await processor.process({ images: image });
const embeddings = await model.getImageEmbeddings(pixelValues);
await model.forward({ imageEmbeddings: embeddings });
await embeddings.dispose();
const used = heapBytes() - before;
await runtime.dispose();
reply({ loaded, used });
