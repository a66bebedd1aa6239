// A worker with the whole library in it: the page gets outlines, and never a large array.
import { toSvgPath } from "@sam2js/masks";
import nano from "@sam2js/nano/q8";
import { Sam2Model, segmentObjects } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createWebRuntime } from "@sam2js/runtime-web";

const runtime = createWebRuntime(); // its engine is in a worker of this worker; `worker: false` computes here
const model = Sam2Model.fromPretrained(nano, { runtime });
const processor = Sam2Processor.fromPretrained(nano, { runtime });
let parts, embeddings, size;

self.onmessage = async ({ data: { file, point } }) => {
  parts ??= { model: await model, processor: await processor };
  if (file) {
    const { pixelValues, originalSizes } = await parts.processor.process({ images: [file] });
    await embeddings?.dispose();
    embeddings = await parts.model.getImageEmbeddings(pixelValues);
    [size] = originalSizes;
    return self.postMessage({});
  }
  const [{ mask }] = await segmentObjects(parts, embeddings, size, [{ points: [point], labels: [1] }]);
  self.postMessage({ path: toSvgPath(mask), score: mask.score });
};
