// Follows an object whose mask you have: drawn by hand, read from a file, or found by another model.
import { bedroom, setUpVideo } from "./setup.mjs";
import { drawFrames, showFrame } from "./show.mjs";

const { runtime, model, processor } = await setUpVideo();
const other = processor.initVideoSession({ video: bedroom });
processor.addInputsToInferenceSession(other, {
  frameIndex: 0,
  objectIds: 1,
  inputBoxes: [[[300, 0, 500, 400]]],
});
const [mask] = (await model.forward(other, { frameIndex: 0 })).toMasks();
await other.dispose();

const session = processor.initVideoSession({ video: bedroom });
processor.addInputsToInferenceSession(session, { frameIndex: 0, objectIds: "girl", inputMasks: [mask] });
const frames = [];
for await (const output of model.propagateInVideoIterator(session)) frames.push(showFrame(output));
await drawFrames(runtime, "track-mask", bedroom, frames);
await session.dispose();
await runtime.dispose();
