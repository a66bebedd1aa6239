import { fileURLToPath } from "node:url";
import type { TensorLike } from "@sam2js/core";
import nano from "@sam2js/nano";
import { Sam2Processor } from "@sam2js/processor";
import { fixtureDir, type GoldenCase, goldenDirs, loadGolden } from "@sam2js/reference";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { afterAll, describe, expect, it } from "vitest";
import { AutoModelForMaskGeneration } from "./model/auto-model-for-mask-generation.js";

// The way a user goes: image files and prompts in pixels of the image, through processor and model. Expected numbers as in parity.test.ts.
// Tolerance: 5e-3 of the range, since an image may be resized to one grey level more or less.
const TOLERANCE = 5e-3;

const runtime = createNodeRuntime();
afterAll(() => runtime.dispose());

const NANO_DIR = fileURLToPath(new URL(".", nano.files["config.json"]));

for (const dir of [...goldenDirs(), fixtureDir("nano")]) {
  const golden = loadGolden(dir);
  const cases = Object.entries(golden.cases).filter(([, each]) => isFromImages(each));
  describe(`${golden.meta.name}, from image files`, () => {
    const modelDir = golden.modelDir ?? NANO_DIR;
    const loading = Promise.all([
      AutoModelForMaskGeneration.fromPretrained(modelDir, { runtime, onWarning: () => undefined }),
      Sam2Processor.fromPretrained(modelDir, { runtime }),
    ]);
    loading.catch(() => undefined);
    afterAll(async () => (await loading)[0].dispose());

    it.each(cases)("%s equals the reference", async (_, testCase) => {
      const [model, processor] = await loading;
      const { input_points, input_labels, input_boxes } = testCase.prompt ?? {};
      const inputs = await processor.process({
        images: (testCase.images ?? []).map((id) => golden.imageFile(id)),
        inputPoints: input_points as never,
        inputLabels: input_labels as never,
        inputBoxes: input_boxes as never,
      });
      const outputs = await model.forward({
        ...inputs,
        multimaskOutput: testCase.options?.multimask_output as boolean | undefined,
      });
      await outputs.imageEmbeddings.dispose();
      const wanted = (name: string) => golden.resolveTensor(testCase.outputs?.[name] as string) as TensorLike;
      expect(distance(outputs.iouScores, wanted("iou_scores"))).toBeLessThanOrEqual(TOLERANCE);
      expect(distance(outputs.predMasks, wanted("pred_masks"))).toBeLessThanOrEqual(TOLERANCE);
    });
  });
}

/** Calls that a user makes with images and prompts alone. */
function isFromImages({ kind, inputs = {}, options = {} }: GoldenCase): boolean {
  const known = ["pixel_values", "input_points", "input_labels", "input_boxes"];
  return (
    kind === "forward" &&
    Object.keys(inputs).every((name) => known.includes(name)) &&
    Object.keys(options).every((name) => name === "multimask_output") &&
    Object.hasOwn(inputs, "pixel_values")
  );
}

/** Largest difference, as a share of the expected values' range (of 1 for scores that hardly differ). */
function distance(actual: TensorLike, wanted: TensorLike): number {
  expect(actual.dims).toEqual(wanted.dims);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let worst = 0;
  wanted.data.forEach((value, i) => {
    low = Math.min(low, value);
    high = Math.max(high, value);
    worst = Math.max(worst, Math.abs(value - (actual.data[i] as number)));
  });
  return worst / Math.max(high - low, 1);
}
