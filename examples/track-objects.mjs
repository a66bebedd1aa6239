// Several objects of a video at once, with several points for one of them: inside (1) and outside (0).
import { pan, setUpVideo, showFrame } from "./setup.mjs";

const { runtime, model, processor } = await setUpVideo();
const session = processor.initVideoSession({ video: await pan(runtime, "truck.jpg") });
processor.addInputsToInferenceSession(session, {
  frameIndex: 0,
  objectIds: ["windows", "body"],
  inputPoints: [
    [
      [
        [500, 175],
        [560, 190],
        [560, 450],
      ],
      [[560, 535]],
    ],
  ],
  inputLabels: [[[1, 1, 0], [1]]],
});
showFrame(await model.forward(session, { frameIndex: 0 })); // a look at the first frame alone
for await (const output of model.propagateInVideoIterator(session)) showFrame(output);
await session.dispose();
await runtime.dispose();
