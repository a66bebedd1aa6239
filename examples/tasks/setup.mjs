// What the tasks share: the embedded nano model, or the one named by SAM2JS_MODEL (a Hub id or a folder).
import nano from "@sam2js/nano";
import { Sam2Model } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { Sam2VideoModel, Sam2VideoProcessor } from "@sam2js/video";

export const source = process.env.SAM2JS_MODEL ?? nano; // for real work: "facebook/sam2.1-hiera-tiny"

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

/** A picture in the folder `images` of the folder where the program is started. */
export const picture = (name) => `images/${name}`;

/** A video: 6 frames, every tenth of the reference's bedroom. Its frame 50 is number 5 here. */
export const bedroom = Array.from({ length: 6 }, (_, index) =>
  picture(`bedroom/${String(10 * index).padStart(5, "0")}.jpg`),
);
