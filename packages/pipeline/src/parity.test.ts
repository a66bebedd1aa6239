import { fileURLToPath } from "node:url";
import type { TensorLike } from "@sam2js/core";
import nano from "@sam2js/nano";
import {
  checkpointDifferences,
  fixtureDir,
  type Golden,
  type GoldenCase,
  goldenDirs,
  loadGolden,
} from "@sam2js/reference";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { afterAll, describe, expect, it } from "vitest";
import { ImageEmbeddings } from "./embeddings/image-embeddings.js";
import { Sam2Model } from "./model/sam2-model.js";
import type { Sam2Inputs } from "./model/sam2-outputs.js";

// Expected numbers: transformers 5.23.0 on PyTorch 2.13.0 (CPU, fp32), written by tooling/reference/python/make_image_goldens.py; more
// checkpoints of the same kind are taken from the folders named in SAM2JS_GOLDENS.
// Tolerance: 1e-4 of the range of the expected values, for all values: float32 sums in another order differ by about 1e-6 of it per layer.
const RELATIVE_TOLERANCE = 1e-4;
const MIN_MASK_IOU = 0.9999;

const runtime = createNodeRuntime();
afterAll(() => runtime.dispose());

const NANO_DIR = fileURLToPath(new URL(".", (nano.files as Record<string, URL>)["config.json"]));

for (const dir of [...goldenDirs(), fixtureDir("nano")]) {
  const golden = loadGolden(dir);
  describe(`${golden.meta.name}`, () => {
    const modelDir = golden.modelDir ?? NANO_DIR;
    const loading = Sam2Model.fromPretrained(modelDir, { runtime, onWarning: () => undefined });
    loading.catch(() => undefined);
    afterAll(async () => (await loading).dispose());

    it("was made from this checkpoint", () => {
      expect(checkpointDifferences(golden, modelDir)).toEqual([]);
    });

    for (const [name, testCase] of Object.entries(golden.cases)) {
      const check = CHECKS[testCase.kind];
      if (check)
        it(`${testCase.kind} ${name} equals the reference`, async () =>
          check(await loading, golden, testCase));
    }
  });
}

type Check = (model: Sam2Model, golden: Golden, testCase: GoldenCase) => Promise<void>;

const CHECKS: Record<string, Check> = {
  async forward(model, golden, testCase) {
    const inputs = camelInputs(golden, testCase);
    const outputs = await model.forward(inputs);
    compare(outputs.iouScores, expected(golden, testCase, "iou_scores"), "iouScores");
    compare(
      outputs.objectScoreLogits,
      expected(golden, testCase, "object_score_logits"),
      "objectScoreLogits",
    );
    const masks = expected(golden, testCase, "pred_masks");
    compare(outputs.predMasks, masks, "predMasks");
    compareMasks(outputs.predMasks, masks);
    if (testCase.outputs?.image_embeddings) {
      const levels = await outputs.imageEmbeddings.toTensors();
      for (const [i, level] of expectedList(golden, testCase, "image_embeddings").entries()) {
        compare(levels[i] as TensorLike, level, `imageEmbeddings[${i}]`);
      }
    }
    if (testCase.outputs?.vision_hidden_states) {
      const states = expectedList(golden, testCase, "vision_hidden_states");
      expect(outputs.visionHiddenStates?.length).toBe(states.length);
      for (const [i, state] of states.entries()) {
        compare(outputs.visionHiddenStates?.[i] as TensorLike, state, `visionHiddenStates[${i}]`);
      }
    }
    await outputs.imageEmbeddings.dispose();
  },

  async attentions(model, golden, testCase) {
    const outputs = await model.forward({ ...camelInputs(golden, testCase), outputAttentions: true });
    compare(outputs.iouScores, expected(golden, testCase, "iou_scores"), "iouScores");
    for (const [i, each] of expectedList(golden, testCase, "vision_attentions").entries()) {
      compare(outputs.visionAttentions?.[i] as TensorLike, each, `visionAttentions[${i}]`);
    }
    for (const [i, each] of expectedList(golden, testCase, "mask_decoder_attentions").entries()) {
      compare(outputs.maskDecoderAttentions?.[i] as TensorLike, each, `maskDecoderAttentions[${i}]`);
    }
    await outputs.imageEmbeddings.dispose();
  },

  async image_embeddings(model, golden, testCase) {
    const embeddings = await model.getImageEmbeddings(
      camelInputs(golden, testCase).pixelValues as TensorLike,
    );
    const levels = await embeddings.toTensors();
    for (const [i, level] of expectedList(golden, testCase, "image_embeddings").entries()) {
      compare(levels[i] as TensorLike, level, `imageEmbeddings[${i}]`);
    }
    const copy = ImageEmbeddings.deserialize(await embeddings.serialize(), model);
    expect(await copy.toTensors()).toEqual(levels);
    await embeddings.dispose();
  },

  async image_features(model, golden, testCase) {
    const features = await model.getImageFeatures(camelInputs(golden, testCase).pixelValues as TensorLike);
    compare(features.lastHiddenState, expected(golden, testCase, "last_hidden_state"), "lastHiddenState");
    for (const [i, each] of expectedList(golden, testCase, "fpn_hidden_states").entries()) {
      compare(features.fpnHiddenStates[i] as TensorLike, each, `fpnHiddenStates[${i}]`);
    }
    for (const [i, each] of expectedList(golden, testCase, "fpn_position_encoding").entries()) {
      compare(features.fpnPositionEncoding[i] as TensorLike, each, `fpnPositionEncoding[${i}]`);
    }
  },

  async prompt_embeddings(model, golden, testCase) {
    const { sparseEmbeddings, denseEmbeddings } = await model.getPromptEmbeddings(
      camelInputs(golden, testCase),
    );
    compare(denseEmbeddings, expected(golden, testCase, "dense_embeddings"), "denseEmbeddings");
    if (testCase.outputs?.sparse_embeddings) {
      compare(
        sparseEmbeddings as TensorLike,
        expected(golden, testCase, "sparse_embeddings"),
        "sparseEmbeddings",
      );
    } else {
      expect(sparseEmbeddings).toBeUndefined();
    }
  },

  async image_wide_positional_embeddings(model, golden, testCase) {
    compare(
      await model.getImageWidePositionalEmbeddings(),
      expected(golden, testCase, "embeddings"),
      "embeddings",
    );
  },
};

/** The inputs and options of a case under our names. */
function camelInputs(golden: Golden, testCase: GoldenCase): Sam2Inputs {
  const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const tensors = Object.entries(testCase.inputs ?? {}).map(([name, ref]) => [
    camel(name),
    golden.resolve(ref),
  ]);
  const options = Object.entries(testCase.options ?? {}).map(([name, value]) => [camel(name), value]);
  return Object.fromEntries([...tensors, ...options]) as Sam2Inputs;
}

function expected(golden: Golden, testCase: GoldenCase, name: string): TensorLike {
  const ref = testCase.outputs?.[name];
  expect(ref, `the golden has ${name}`).toBeDefined();
  return golden.resolve(ref as NonNullable<typeof ref>) as TensorLike;
}

function expectedList(golden: Golden, testCase: GoldenCase, name: string): readonly TensorLike[] {
  return expected(golden, testCase, name) as unknown as readonly TensorLike[];
}

/** Every element within the tolerance of the expected values' range; a single value has none, so its distance to 0 and to 1 counts. */
function compare(actual: TensorLike, wanted: TensorLike, name: string): void {
  expect(actual?.dims, `shape of ${name}`).toEqual(wanted.dims);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of wanted.data) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const range =
    wanted.data.length === 1 ? Math.max(1, Math.abs(high)) : Math.max(high - low, Math.abs(high), 1e-3);
  const tolerance = RELATIVE_TOLERANCE * range;
  let worst = 0;
  for (let i = 0; i < wanted.data.length; i++) {
    const difference = Math.abs((actual.data[i] as number) - (wanted.data[i] as number));
    worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference);
  }
  expect(worst, `largest difference of ${name} (range ${low} to ${high})`).toBeLessThanOrEqual(tolerance);
}

/** Pixels whose expected logit is 0 but for rounding (1e-5 of the range) may fall on either side: on a mask of 40 x 40 one weighs 0.001. */
function compareMasks(actual: TensorLike, wanted: TensorLike): void {
  const [height = 0, width = 0] = wanted.dims.slice(-2);
  const size = height * width;
  for (let begin = 0; begin < wanted.data.length; begin += size) {
    const logits = (wanted.data as Float32Array).subarray(begin, begin + size);
    const rounding = 1e-5 * logits.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
    let both = 0;
    let either = 0;
    for (let i = begin; i < begin + size; i++) {
      if (Math.abs(wanted.data[i] as number) <= rounding) continue;
      const a = (actual.data[i] as number) > 0;
      const b = (wanted.data[i] as number) > 0;
      if (a && b) both++;
      if (a || b) either++;
    }
    expect(either === 0 ? 1 : both / either, `IoU of mask ${begin / size}`).toBeGreaterThanOrEqual(
      MIN_MASK_IOU,
    );
  }
}
