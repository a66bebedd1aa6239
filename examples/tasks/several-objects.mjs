// Two objects of one image in one call, one mask each.
import { picture, setUp } from "./setup.mjs";
import { draw, show } from "./show.mjs";

const { runtime, model, processor } = await setUp();
const inputs = await processor.process({
  images: picture("truck.jpg"),
  inputPoints: [[[[500, 375]], [[650, 750]]]],
  inputLabels: [[[1], [1]]],
});
const outputs = await model.forward({ ...inputs, multimaskOutput: false });
const masks = await processor.postProcessMasks(outputs.predMasks, inputs.originalSizes);
show("several objects", masks, outputs.iouScores);
await draw(runtime, "several-objects", [picture("truck.jpg")], masks, inputs);
await runtime.dispose();
