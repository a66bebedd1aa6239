// Two clicks refine one object: inside (1) and outside (0) of it.
import { picture, setUp, show } from "./setup.mjs";

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
const outputs = await model.forward({ ...inputs, multimaskOutput: false });
const masks = await processor.postProcessMasks(outputs.predMasks, inputs.originalSizes);
show("several points", masks, outputs.iouScores);
await runtime.dispose();
