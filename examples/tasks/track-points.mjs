// Several objects of a video, with several clicks for one of them: inside (1) and outside (0).
import { bedroom, setUpVideo } from "./setup.mjs";
import { drawFrames, showFrame } from "./show.mjs";

const { runtime, model, processor } = await setUpVideo();
const session = processor.initVideoSession({ video: bedroom });
processor.addInputsToInferenceSession(session, {
  frameIndex: 0,
  objectIds: [2, 3],
  inputPoints: [
    [
      [
        [200, 300],
        [230, 250],
        [275, 175],
      ],
      [[400, 150]],
    ],
  ],
  inputLabels: [[[1, 1, 0], [1]]],
});
const frames = [];
for await (const output of model.propagateInVideoIterator(session)) frames.push(showFrame(output));
await drawFrames(runtime, "track-points", bedroom, frames);
await session.dispose();
await runtime.dispose();
