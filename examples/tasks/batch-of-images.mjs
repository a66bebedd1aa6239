// Two images in one call, one click each.
import { picture, setUp } from "./setup.mjs";
import { draw, show } from "./show.mjs";

const { runtime, model, processor } = await setUp();
const inputs = await processor.process({
  images: [picture("truck.jpg"), picture("groceries.jpg")],
  inputPoints: [[[[500, 375]]], [[[400, 300]]]],
  inputLabels: [[[1]], [[1]]],
});
const outputs = await model.forward({ ...inputs, multimaskOutput: false });
const masks = await processor.postProcessMasks(outputs.predMasks, inputs.originalSizes);
show("batch of images", masks, outputs.iouScores);
await draw(runtime, "batch-of-images", [picture("truck.jpg"), picture("groceries.jpg")], masks, inputs);
await runtime.dispose();
