// What the examples share: the embedded nano model, or the one named by SAM2JS_MODEL (a Hub id or a folder).
import nano from "@sam2js/nano";
import { Sam2Model } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { Sam2VideoModel, Sam2VideoProcessor } from "@sam2js/video";

const source = process.env.SAM2JS_MODEL ?? nano;

export async function setUp() {
  const runtime = createNodeRuntime();
  const model = await Sam2Model.fromPretrained(source, { runtime });
  const processor = await Sam2Processor.fromPretrained(source, { runtime });
  return { runtime, model, processor };
}

export async function setUpVideo() {
  const runtime = createNodeRuntime();
  const model = await Sam2VideoModel.fromPretrained(source, { runtime });
  const processor = await Sam2VideoProcessor.fromPretrained(source, { runtime });
  return { runtime, model, processor };
}

/** The path of a picture beside the examples. */
export const picture = (name) => new URL(`images/${name}`, import.meta.url);

/** A video of 8 frames: a camera that pans over a photo. Frame k is the part of it from x = 20 · k on. A list of files would do as well. */
export async function pan(runtime, name) {
  const photo = await runtime.decodeImage(picture(name));
  const [height, width] = [800, 1200];
  return {
    length: 8,
    // A source is asked for a frame when one is needed.
    async get(index) {
      const data = new Uint8Array(3 * height * width);
      for (let y = 0; y < height; y++) {
        const start = 3 * ((y + 200) * photo.width + 20 * index);
        data.set(photo.data.subarray(start, start + 3 * width), 3 * y * width);
      }
      return { data, width, height, channels: 3 };
    },
  };
}

/** Prints the shape of each mask tensor and the predicted IoU scores, rounded. */
export function show(title, masks, scores) {
  console.log(title);
  for (const mask of masks) console.log(`  masks ${mask.type} [${mask.dims.join(", ")}]`);
  console.log(
    `  scores [${scores.dims.join(", ")}]: ${Array.from(scores.data, (score) => score.toFixed(2)).join(" ")}`,
  );
}

/** Prints the area and the box of each object's mask in a frame of a video. */
export function showFrame(output) {
  const masks = output.toMasks().map((mask, index) => {
    const where = mask.area === 0 ? "not seen" : `${mask.area} pixels in [${mask.box}]`;
    return `${output.objectIds[index]} ${where}`;
  });
  console.log(`frame ${output.frameIndex}: ${masks.join("; ")}`);
}
