// Corrects an object at a later frame, and goes through the video again.
import { pan, setUpVideo, showFrame } from "./setup.mjs";

const { runtime, model, processor } = await setUpVideo();
const session = processor.initVideoSession({ video: await pan(runtime, "truck.jpg") });
processor.addInputsToInferenceSession(session, {
  frameIndex: 0,
  objectIds: 1,
  inputPoints: [[[[560, 535]]]],
  inputLabels: [[[1]]],
});
for await (const output of model.propagateInVideoIterator(session)) showFrame(output);

processor.addInputsToInferenceSession(session, {
  frameIndex: 5,
  objectIds: 1,
  inputPoints: [[[[500, 500]]]],
  inputLabels: [[[1]]],
});
console.log("with another point in frame 5");
for await (const output of model.propagateInVideoIterator(session)) showFrame(output);
await session.dispose();
await runtime.dispose();
