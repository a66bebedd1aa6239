// Follows an object through a video. Masks come frame by frame.
import { bedroom, setUpVideo } from "./setup.mjs";
import { drawFrames, showFrame } from "./show.mjs";

const { runtime, model, processor } = await setUpVideo();
const session = processor.initVideoSession({ video: bedroom });
processor.addInputsToInferenceSession(session, {
  frameIndex: 0,
  objectIds: 1,
  inputPoints: [[[[210, 350]]]], // image, object, point, (x, y) in pixels of the video
  inputLabels: [[[1]]],
});
const frames = [];
for await (const output of model.propagateInVideoIterator(session)) frames.push(showFrame(output));
await drawFrames(runtime, "track", bedroom, frames);
await session.dispose();
await runtime.dispose();
