import type { TensorLike } from "@sam2js/core";
import { loadMeta, type MetaAnswer, metaFrames, metaPixels, relativeError } from "@sam2js/reference";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pipeline } from "./generation/pipeline.js";
import { Sam2Model } from "./model/sam2-model.js";

const runtime = createNodeRuntime();
afterAll(() => runtime.dispose());

// Expected numbers: Meta's own model (PyPI sam2 1.1.0) with the same file, by make_meta_checkpoint.py of tooling/reference.
// Tolerance: as for parity with transformers, of the range of the logits and of the scores' 0 to 1.
const TOLERANCE = 1e-4;

const meta = loadMeta();
const pixelValues = { type: "float32", dims: [1, 3, 64, 64], data: metaPixels() } as const;

const source = { name: "meta", files: { "weights.pt": meta.file } };

describe("a .pt file answers as Meta's own model does", () => {
  let model: Sam2Model;
  beforeAll(async () => {
    model = await Sam2Model.fromPretrained(source, { runtime, config: meta.given });
  });
  afterAll(() => model?.dispose());

  const tensor = ({ coordinates }: MetaAnswer, ...dims: number[]) =>
    ({ type: "float32", dims, data: Float32Array.from(coordinates.flat()) }) as const;

  test("to a click", async () => {
    const inputPoints = tensor(meta.click, 1, 1, 1, 2);
    const inputLabels = { type: "int32", dims: [1, 1, 1], data: Int32Array.of(1) } as const;
    compare(await model.forward({ pixelValues, inputPoints, inputLabels }), meta.click);
  });

  test("to a box", async () => {
    const inputBoxes = tensor(meta.box, 1, 1, 4);
    compare(await model.forward({ pixelValues, inputBoxes, multimaskOutput: false }), meta.box);
  });

  test("to everything in a picture", async () => {
    const generator = await pipeline("mask-generation", source, { runtime, config: meta.given });
    const [frame] = metaFrames();
    const { masks, scores } = await generator(frame as NonNullable<typeof frame>, {
      pointsPerCrop: 8,
      predIouThresh: 0.6,
      stabilityScoreThresh: 0.5,
      cropsNmsThresh: 1,
    });
    expect(masks.map(({ area }) => area)).toEqual(meta.generation.areas);
    const wanted = { dims: [meta.generation.scores.length], data: meta.generation.scores };
    expect(relativeError({ dims: [scores.length], data: scores }, wanted, 1)).toBeLessThan(TOLERANCE);
    await generator.dispose();
  });
});

function compare(
  outputs: Readonly<Record<"predMasks" | "iouScores" | "objectScoreLogits", TensorLike>>,
  expected: MetaAnswer,
): void {
  const { iou_scores: scores, low_res_masks: masks } = expected;
  const wanted = { dims: [1, 1, scores.length, 16, 16], data: masks };
  expect(relativeError(outputs.predMasks, wanted)).toBeLessThan(TOLERANCE);
  const wantedScores = { dims: [1, 1, scores.length], data: scores };
  expect(relativeError(outputs.iouScores, wantedScores, 1)).toBeLessThan(TOLERANCE);
  const wantedScore = { dims: [1, 1, 1], data: [expected.object_score] };
  expect(relativeError(outputs.objectScoreLogits, wantedScore, 1)).toBeLessThan(TOLERANCE);
}
