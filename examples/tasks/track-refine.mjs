// Corrects an object at a later frame, and goes through the video again.
import { bedroom, setUpVideo } from "./setup.mjs";
import { drawFrames, showFrame } from "./show.mjs";

const { runtime, model, processor } = await setUpVideo();
const session = processor.initVideoSession({ video: bedroom });
processor.addInputsToInferenceSession(session, {
  frameIndex: 0,
  objectIds: 2,
  inputPoints: [[[[200, 300]]]],
  inputLabels: [[[1]]],
});
for await (const output of model.propagateInVideoIterator(session)) showFrame(output);

processor.addInputsToInferenceSession(session, {
  frameIndex: 5, // frame 50 of the whole video
  objectIds: 2,
  inputPoints: [[[[220, 280]]]],
  inputLabels: [[[1]]],
});
console.log("with a click on frame 5");
const frames = [];
for await (const output of model.propagateInVideoIterator(session)) frames.push(showFrame(output));
await drawFrames(runtime, "track-refine", bedroom, frames);
await session.dispose();
await runtime.dispose();
