// A second call refines the best mask of the first with another click, on the same encoded image.
import { bestMasks } from "@sam2js/masks";
import { picture, setUp } from "./setup.mjs";
import { draw, show } from "./show.mjs";

const { runtime, model, processor } = await setUp();
const inputs = await processor.process({
  images: picture("truck.jpg"),
  inputPoints: [[[[500, 375]]]],
  inputLabels: [[[1]]],
});
const first = await model.forward(inputs);

const more = await processor.process({
  inputPoints: [
    [
      [
        [500, 375],
        [450, 300],
      ],
    ],
  ],
  inputLabels: [[[1, 1]]],
  originalSizes: inputs.originalSizes,
});
const outputs = await model.forward({
  ...more,
  inputMasks: bestMasks(first.predMasks, first.iouScores), // [image, object, h, w]: logits
  imageEmbeddings: first.imageEmbeddings,
  multimaskOutput: false,
});
const masks = await processor.postProcessMasks(outputs.predMasks, inputs.originalSizes);
show("refined", masks, outputs.iouScores);
await draw(runtime, "refine", [picture("truck.jpg")], masks, { ...inputs, ...more });
await runtime.dispose();
