import { fileURLToPath } from "node:url";
import nano from "@sam2js/nano/q8";
import { Sam2Model, segmentObjects } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import type { ElementPrompt } from "../prompt/prompt.js";

/** Masks of nano for prompts on an example picture, one by one, by the Node runtime: as JSON. */
export async function nodeMasks(picture: string, prompts: readonly ElementPrompt[]) {
  const runtime = createNodeRuntime();
  const model = await Sam2Model.fromPretrained(nano, { runtime });
  const processor = await Sam2Processor.fromPretrained(nano, { runtime });
  const file = fileURLToPath(new URL(`../../../../examples/images/${picture}`, import.meta.url));
  const { pixelValues, originalSizes } = await processor.process({ images: [file] });
  const embeddings = await model.getImageEmbeddings(pixelValues);
  const [size] = originalSizes;
  const found = await segmentObjects({ model, processor }, embeddings, size as [number, number], prompts);
  await runtime.dispose();
  return found.map(({ mask }) => mask);
}
