// A prompt in the middle of a video: forwards to its end, then backwards to its beginning.
import { bedroom, setUpVideo } from "./setup.mjs";
import { drawFrames, showFrame } from "./show.mjs";

const { runtime, model, processor } = await setUpVideo();
const session = processor.initVideoSession({ video: bedroom });
processor.addInputsToInferenceSession(session, {
  frameIndex: 3,
  objectIds: "girl",
  inputBoxes: [[[180, 60, 490, 380]]],
});
const frames = [];
for await (const output of model.propagateBothWays(session, { startFrameIndex: 3 }))
  frames.push(showFrame(output));
frames.sort((a, b) => a.index - b.index);
await drawFrames(runtime, "track-both-ways", bedroom, frames);
await session.dispose();
await runtime.dispose();
