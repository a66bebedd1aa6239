// Two clicks refine one object: inside (1) and outside (0) of it.
import { picture, setUp } from "./setup.mjs";
import { draw, show } from "./show.mjs";

const { runtime, model, processor } = await setUp();
const inputs = await processor.process({
  images: picture("truck.jpg"),
  inputPoints: [
    [
      [
        [500, 375],
        [1125, 625],
      ],
    ],
  ],
  inputLabels: [[[1, 1]]],
});
const outputs = await model.forward(inputs);
const masks = await processor.postProcessMasks(outputs.predMasks, inputs.originalSizes);
show("several points", masks, outputs.iouScores);
await draw(runtime, "several-points", [picture("truck.jpg")], masks, inputs);
await runtime.dispose();
