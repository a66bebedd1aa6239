// Follows an object through a video. Masks come frame by frame; nothing but what later frames can see is kept.
import { pan, setUpVideo, showFrame } from "./setup.mjs";

const { runtime, model, processor } = await setUpVideo();
const session = processor.initVideoSession({ video: await pan(runtime, "truck.jpg") });
processor.addInputsToInferenceSession(session, {
  frameIndex: 0,
  objectIds: "truck",
  inputPoints: [[[[560, 535]]]], // image, object, point, (x, y) in pixels of the video
  inputLabels: [[[1]]],
});
for await (const output of model.propagateInVideoIterator(session)) showFrame(output);
await session.dispose();
await runtime.dispose();
