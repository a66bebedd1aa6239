// An object that is added at a later frame, while the first one is followed.
import { bedroom, setUpVideo } from "./setup.mjs";
import { drawFrames, showFrame } from "./show.mjs";

const { runtime, model, processor } = await setUpVideo();
const session = processor.initVideoSession({ video: bedroom });
processor.addInputsToInferenceSession(session, {
  frameIndex: 0,
  objectIds: "boy",
  inputPoints: [[[[200, 300]]]],
  inputLabels: [[[1]]],
});
const frames = [];
for await (const output of model.propagateInVideoIterator(session, { maxFrameNumToTrack: 2 }))
  frames.push(showFrame(output));

processor.addInputsToInferenceSession(session, {
  frameIndex: 3,
  objectIds: "girl",
  inputBoxes: [[[180, 60, 490, 380]]],
});
for await (const output of model.propagateInVideoIterator(session, { startFrameIndex: 3 }))
  frames.push(showFrame(output));
await drawFrames(runtime, "track-later", bedroom, frames);
await session.dispose();
await runtime.dispose();
