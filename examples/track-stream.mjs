// Frames as they come, from a camera for example: how many there will be is not known.
import { pan, setUpVideo, showFrame } from "./setup.mjs";

const { runtime, model, processor } = await setUpVideo();
const camera = await pan(runtime, "truck.jpg");
const session = processor.initVideoSession({ originalSize: [800, 1200], retention: "head" }); // no video: a stream
processor.addInputsToInferenceSession(session, {
  frameIndex: 0,
  objectIds: 1,
  inputPoints: [
    [
      [
        [560, 535],
        [520, 535],
      ],
    ],
  ],
  inputLabels: [[[1, 1]]],
});
for (let index = 0; index < camera.length; index++)
  showFrame(await model.forward(session, { frame: await camera.get(index) }));
await session.dispose();
await runtime.dispose();
