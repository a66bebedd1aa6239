// A second call refines the best mask of the first with another click, on the same encoded image.
import { picture, setUp, show } from "./setup.mjs";

const { runtime, model, processor } = await setUp();
const inputs = await processor.process({
  images: picture("truck.jpg"),
  inputPoints: [[[[500, 375]]]],
  inputLabels: [[[1]]],
});
const first = await model.forward(inputs);

const best = first.iouScores.data.indexOf(Math.max(...first.iouScores.data));
const [, , , height, width] = first.predMasks.dims;
const inputMasks = {
  type: "float32",
  dims: [1, 1, height, width],
  data: first.predMasks.data.subarray(best * height * width, (best + 1) * height * width),
};
const more = await processor.process({
  inputPoints: [
    [
      [
        [500, 375],
        [1125, 625],
      ],
    ],
  ],
  inputLabels: [[[1, 1]]],
  originalSizes: inputs.originalSizes,
});
const outputs = await model.forward({
  ...more,
  inputMasks,
  imageEmbeddings: first.imageEmbeddings,
  multimaskOutput: false,
});
const masks = await processor.postProcessMasks(outputs.predMasks, inputs.originalSizes);
show("refined", masks, outputs.iouScores);
await runtime.dispose();
