// What the examples share: the embedded nano model, or the one named by SAM2JS_MODEL (a Hub id or a folder).
import nano from "@sam2js/nano";
import { Sam2Model } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";

export async function setUp() {
  const source = process.env.SAM2JS_MODEL ?? nano;
  const runtime = createNodeRuntime();
  const model = await Sam2Model.fromPretrained(source, { runtime });
  const processor = await Sam2Processor.fromPretrained(source, { runtime });
  return { runtime, model, processor };
}

/** The path of a picture beside the examples. */
export const picture = (name) => new URL(`images/${name}`, import.meta.url);

/** Prints the shape of each mask tensor and the predicted IoU scores, rounded. */
export function show(title, masks, scores) {
  console.log(title);
  for (const mask of masks) console.log(`  masks ${mask.type} [${mask.dims.join(", ")}]`);
  console.log(
    `  scores [${scores.dims.join(", ")}]: ${Array.from(scores.data, (score) => score.toFixed(2)).join(" ")}`,
  );
}
