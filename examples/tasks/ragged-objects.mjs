// Two images with a different number of objects: the shorter list is padded, and its padding objects stay in the result.
import { picture, setUp } from "./setup.mjs";
import { draw, show } from "./show.mjs";

const { runtime, model, processor } = await setUp();
const inputs = await processor.process({
  images: [picture("truck.jpg"), picture("groceries.jpg")],
  inputPoints: [[[[500, 375]], [[650, 750]]], [[[400, 300]]]],
  inputLabels: [[[1], [1]], [[1]]],
});
const outputs = await model.forward({ ...inputs, multimaskOutput: false });
const masks = await processor.postProcessMasks(outputs.predMasks, inputs.originalSizes);
show("ragged objects", masks, outputs.iouScores);
await draw(runtime, "ragged-objects", [picture("truck.jpg"), picture("groceries.jpg")], masks, inputs);
await runtime.dispose();
