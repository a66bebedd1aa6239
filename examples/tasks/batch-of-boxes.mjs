// Several boxes in each of two images.
import { picture, setUp } from "./setup.mjs";
import { draw, show } from "./show.mjs";

const { runtime, model, processor } = await setUp();
const inputs = await processor.process({
  images: [picture("truck.jpg"), picture("groceries.jpg")],
  inputBoxes: [
    [
      [75, 275, 1725, 850],
      [425, 600, 700, 875],
      [1375, 550, 1650, 800],
      [1240, 675, 1400, 750],
    ],
    [
      [450, 170, 520, 350],
      [350, 190, 450, 350],
      [500, 170, 580, 350],
      [580, 170, 640, 350],
    ],
  ],
});
const outputs = await model.forward({ ...inputs, multimaskOutput: false });
const masks = await processor.postProcessMasks(outputs.predMasks, inputs.originalSizes);
show("batch of boxes", masks, outputs.iouScores);
await draw(runtime, "batch-of-boxes", [picture("truck.jpg"), picture("groceries.jpg")], masks, inputs);
await runtime.dispose();
