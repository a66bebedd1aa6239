// Encodes a picture once, then answers each click on it.
import { picture, setUp } from "./setup.mjs";
import { draw, show } from "./show.mjs";

const { runtime, model, processor } = await setUp();
const { pixelValues, originalSizes } = await processor.process({ images: picture("truck.jpg") });
const imageEmbeddings = await model.getImageEmbeddings(pixelValues);

const found = [];
for (const point of [
  [500, 375],
  [650, 750],
]) {
  const prompt = await processor.process({ inputPoints: [[[point]]], originalSizes });
  const outputs = await model.forward({ ...prompt, imageEmbeddings, multimaskOutput: false });
  const masks = await processor.postProcessMasks(outputs.predMasks, originalSizes);
  show(`click at ${point}`, masks, outputs.iouScores);
  found.push(...masks);
}
await draw(runtime, "embeddings", [picture("truck.jpg"), picture("truck.jpg")], found);
await imageEmbeddings.dispose();
await runtime.dispose();
