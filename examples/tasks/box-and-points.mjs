// A box and a click in one prompt: the wheel, without what is at the click (label 0).
import { picture, setUp } from "./setup.mjs";
import { draw, show } from "./show.mjs";

const { runtime, model, processor } = await setUp();
const inputs = await processor.process({
  images: picture("truck.jpg"),
  inputBoxes: [[[425, 600, 700, 875]]], // image, object, (x0, y0, x1, y1)
  inputPoints: [[[[575, 750]]]],
  inputLabels: [[[0]]],
});
const outputs = await model.forward({ ...inputs, multimaskOutput: false });
const masks = await processor.postProcessMasks(outputs.predMasks, inputs.originalSizes);
show("box and point", masks, outputs.iouScores);
await draw(runtime, "box-and-points", [picture("truck.jpg")], masks, inputs);
await runtime.dispose();
