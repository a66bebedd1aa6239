// Follows what is in a box, here the girl.
import { bedroom, setUpVideo } from "./setup.mjs";
import { drawFrames, showFrame } from "./show.mjs";

const { runtime, model, processor } = await setUpVideo();
const session = processor.initVideoSession({ video: bedroom });
processor.addInputsToInferenceSession(session, {
  frameIndex: 0,
  objectIds: "girl",
  inputBoxes: [[[300, 0, 500, 400]]], // image, object, (x0, y0, x1, y1) in pixels of the video
});
const frames = [];
for await (const output of model.propagateInVideoIterator(session)) frames.push(showFrame(output));
await drawFrames(runtime, "track-box", bedroom, frames);
await session.dispose();
await runtime.dispose();
