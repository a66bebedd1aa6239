// Several objects in each image, and a different number of points per object.
import { picture, setUp } from "./setup.mjs";
import { draw, show } from "./show.mjs";

const { runtime, model, processor } = await setUp();
const inputs = await processor.process({
  images: [picture("truck.jpg"), picture("groceries.jpg")],
  inputPoints: [
    [[[500, 375]], [[650, 750]]],
    [
      [[400, 300]],
      [
        [630, 300],
        [550, 300],
      ],
    ],
  ],
  inputLabels: [
    [[1], [1]],
    [[1], [1, 1]],
  ],
});
const outputs = await model.forward({ ...inputs, multimaskOutput: false });
const masks = await processor.postProcessMasks(outputs.predMasks, inputs.originalSizes);
show("ragged points", masks, outputs.iouScores);
await draw(runtime, "ragged-points", [picture("truck.jpg"), picture("groceries.jpg")], masks, inputs);
await runtime.dispose();
