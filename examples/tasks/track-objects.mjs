// Several objects of a video, one click each.
import { bedroom, setUpVideo } from "./setup.mjs";
import { drawFrames, showFrame } from "./show.mjs";

const { runtime, model, processor } = await setUpVideo();
const session = processor.initVideoSession({ video: bedroom });
processor.addInputsToInferenceSession(session, {
  frameIndex: 0,
  objectIds: [2, 3], // whole numbers or texts
  inputPoints: [[[[200, 300]], [[400, 150]]]],
  inputLabels: [[[1], [1]]],
});
showFrame(await model.forward(session, { frameIndex: 0 })); // a look at the first frame alone
const frames = [];
for await (const output of model.propagateInVideoIterator(session)) frames.push(showFrame(output));
await drawFrames(runtime, "track-objects", bedroom, frames);
await session.dispose();
await runtime.dispose();
