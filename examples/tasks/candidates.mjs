// One click may mean a part or the whole: all three guesses, the best of them, or one mask from the start.
import { bestMasks } from "@sam2js/masks";
import { picture, setUp } from "./setup.mjs";
import { draw, show } from "./show.mjs";

const { runtime, model, processor } = await setUp();
const inputs = await processor.process({
  images: picture("truck.jpg"),
  inputPoints: [[[[500, 375]]]],
  inputLabels: [[[1]]],
});
const three = await model.forward(inputs); // multimaskOutput is true unless you say otherwise
const masks = await processor.postProcessMasks(three.predMasks, inputs.originalSizes);
show("three guesses", masks, three.iouScores);
console.log("logits of the best", bestMasks(three.predMasks, three.iouScores).dims);

const { pixelValues, ...prompt } = inputs; // the picture is encoded already
const one = await model.forward({
  ...prompt,
  imageEmbeddings: three.imageEmbeddings,
  multimaskOutput: false,
});
const mask = await processor.postProcessMasks(one.predMasks, inputs.originalSizes);
show("one mask", mask, one.iouScores);
await draw(runtime, "candidates", [picture("truck.jpg"), picture("truck.jpg")], [...masks, ...mask]);
await runtime.dispose();
