// Frames as they come, from a camera for example: how many there will be is not known.
import { bedroom, setUpVideo } from "./setup.mjs";
import { drawFrames, showFrame } from "./show.mjs";

const { runtime, model, processor } = await setUpVideo();
const session = processor.initVideoSession({ originalSize: [540, 960], retention: "head" }); // no video: a stream
processor.addInputsToInferenceSession(session, {
  frameIndex: 0,
  objectIds: 1,
  inputPoints: [
    [
      [
        [210, 350],
        [250, 220],
      ],
    ],
  ],
  inputLabels: [[[1, 1]]],
});
const frames = [];
for (const frame of bedroom) frames.push(showFrame(await model.forward(session, { frame })));
await drawFrames(runtime, "track-stream", bedroom, frames);
await session.dispose();
await runtime.dispose();
