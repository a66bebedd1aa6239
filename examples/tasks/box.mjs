// A box around the object.
import { picture, setUp } from "./setup.mjs";
import { draw, show } from "./show.mjs";

const { runtime, model, processor } = await setUp();
const inputs = await processor.process({
  images: picture("truck.jpg"),
  inputBoxes: [[[75, 275, 1725, 850]]], // image, object, (x0, y0, x1, y1)
});
const outputs = await model.forward(inputs);
const masks = await processor.postProcessMasks(outputs.predMasks, inputs.originalSizes);
show("box", masks, outputs.iouScores);
await draw(runtime, "box", [picture("truck.jpg")], masks, inputs);
await runtime.dispose();
