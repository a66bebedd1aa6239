import { join } from "node:path";
import { runNode } from "../run.mjs";
import { root } from "../workspace.mjs";

const PROGRAM = `
import nano from "@sam2js/nano/q8";
import { Sam2Model, segmentObjects } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
const [photo, x, y] = process.argv.slice(1);
const runtime = createNodeRuntime();
const model = await Sam2Model.fromPretrained(nano, { runtime });
const processor = await Sam2Processor.fromPretrained(nano, { runtime });
const { pixelValues, originalSizes } = await processor.process({ images: [photo] });
const embeddings = await model.getImageEmbeddings(pixelValues);
const object = { points: [[Number(x), Number(y)]], labels: [1] };
const [{ mask }] = await segmentObjects({ model, processor }, embeddings, originalSizes[0], [object]);
await runtime.dispose();
console.log(JSON.stringify({ size: mask.size, counts: [...mask.counts], score: mask.score }));
`;

/** The mask of a click as run lengths, and its score, by the Node runtime and the same model as the pages. */
export async function nodeMask(photo, [x, y]) {
  const args = ["--input-type=module", "--eval", PROGRAM, "--", photo, String(x), String(y)];
  const { code, output } = await runNode(args[0], args.slice(1), { cwd: join(root, "examples") });
  if (code !== 0) throw new TypeError(`the Node runtime gives no mask to compare with:\n${output}`);
  return JSON.parse(output);
}
