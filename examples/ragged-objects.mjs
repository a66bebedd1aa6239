// Two images with a different number of objects: the shorter list is padded, and its padding objects stay in the result.
import { picture, setUp, show } from "./setup.mjs";

const { runtime, model, processor } = await setUp();
const inputs = await processor.process({
  images: [picture("truck.jpg"), picture("groceries.jpg")],
  inputPoints: [[[[500, 375]], [[650, 750]]], [[[770, 200]]]],
  inputLabels: [[[1], [1]], [[1]]],
});
const outputs = await model.forward({ ...inputs, multimaskOutput: false });
const masks = await processor.postProcessMasks(outputs.predMasks, inputs.originalSizes);
show("ragged objects", masks, outputs.iouScores);
await runtime.dispose();
