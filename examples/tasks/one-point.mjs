// One click on one object; three candidate masks come back.
import { picture, setUp } from "./setup.mjs";
import { draw, show } from "./show.mjs";

const { runtime, model, processor } = await setUp();
const inputs = await processor.process({
  images: picture("truck.jpg"),
  inputPoints: [[[[500, 375]]]], // image, object, point, (x, y) in pixels of the picture
  inputLabels: [[[1]]], // 1 = inside the object
});
const outputs = await model.forward(inputs);
const masks = await processor.postProcessMasks(outputs.predMasks, inputs.originalSizes);
show("one point", masks, outputs.iouScores);
await draw(runtime, "one-point", [picture("truck.jpg")], masks, inputs);
await runtime.dispose();
