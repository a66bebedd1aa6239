// Follows an object through a video: a camera that pans over a photo. Masks come frame by frame; nothing but what later frames can see is kept.
import nano from "@sam2js/nano";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { Sam2VideoModel, Sam2VideoProcessor } from "@sam2js/video";
import { picture } from "./setup.mjs";

const source = process.env.SAM2JS_MODEL ?? nano;
const runtime = createNodeRuntime();
const model = await Sam2VideoModel.fromPretrained(source, { runtime });
const processor = await Sam2VideoProcessor.fromPretrained(source, { runtime });

// Frame k is the part of the photo from x = 20 · k on. A source is asked for a frame when one is needed; a list of files works too.
const photo = await runtime.decodeImage(picture("truck.jpg"));
const [height, width] = [800, 1200];
const video = {
  length: 8,
  async get(index) {
    const data = new Uint8Array(3 * height * width);
    for (let y = 0; y < height; y++) {
      const start = 3 * ((y + 200) * photo.width + 20 * index);
      data.set(photo.data.subarray(start, start + 3 * width), 3 * y * width);
    }
    return { data, width, height, channels: 3 };
  },
};

const session = processor.initVideoSession({ video });
processor.addInputsToInferenceSession(session, {
  frameIndex: 0,
  objectIds: "truck",
  inputPoints: [[[[560, 535]]]], // image, object, point, (x, y) in pixels of the video
  inputLabels: [[[1]]],
});
for await (const output of model.propagateInVideoIterator(session)) {
  const [mask] = output.toMasks();
  console.log(`frame ${output.frameIndex}: ${output.objectIds[0]} ${mask.area} pixels in [${mask.box}]`);
}
await session.dispose();
await runtime.dispose();
