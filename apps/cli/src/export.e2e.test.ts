import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelReference } from "@sam2js/checkpoint";
import { Tensor, type TensorLike } from "@sam2js/core";
import nano from "@sam2js/nano";
import { Sam2Model } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { fixtureDir, relativeError } from "@sam2js/reference";
import { createNodeRuntime } from "@sam2js/runtime-node";
import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { makeFolder, runCli, runKept } from "./__fixtures__/run-cli.js";

/** Of the range of the model's own values. */
const TOLERANCE = 1e-4;

/** Runs a file as another program would: by its path, with nothing of this library. */
async function runFile(file: string, inputs: Readonly<Record<string, TensorLike>>) {
  const session = await ort.InferenceSession.create(file);
  expect(session.inputNames.every((name) => name in inputs)).toBe(true);
  const feeds = session.inputNames.map((name) => {
    const { data, dims } = inputs[name] as TensorLike;
    return [name, new ort.Tensor("float32", Float32Array.from(data), dims)];
  });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return results as unknown as Readonly<Record<string, TensorLike>>;
}

/** The answers of `Sam2Model` to two points, without a mask and with one. */
async function askModel(reference: ModelReference, picture: string, multimaskOutput: boolean) {
  const runtime = createNodeRuntime();
  try {
    const model = await Sam2Model.fromPretrained(reference, { runtime });
    const processor = await Sam2Processor.fromPretrained(reference, { runtime });
    const inputPoints = [
      [
        [
          [400, 500],
          [420, 560],
        ],
      ],
    ];
    const inputs = await processor.process({ images: picture, inputPoints, inputLabels: [[[1, 0]]] });
    const [height, width] = model.maskSize;
    const wave = Float32Array.from({ length: height * width }, (_, i) => 9 * Math.sin(i / 50));
    const mask = new Tensor("float32", wave, [1, 1, height, width]);
    const answers = [
      await model.forward({ ...inputs, multimaskOutput }),
      await model.forward({ ...inputs, multimaskOutput, inputMasks: mask }),
    ];
    return { ...inputs, mask, answers };
  } finally {
    await runtime.dispose();
  }
}

/** Of the one image. */
const drop = ({ type, data, dims }: TensorLike): TensorLike => ({ type, data, dims: dims.slice(1) });

describe("sam2 export", () => {
  it.each([
    ["nano", []],
    ["nano", ["--external-data", "--attention", "fused", "--prompts", "1", "--points", "2"]],
    ["odd-a", ["--external-data"]],
    ["odd-a", ["--single-mask"]],
  ])("writes files of %s that answer as Sam2Model does: %j", async (name, options) => {
    const [reference, argument] = name === "nano" ? [nano, name] : [fixtureDir(name), fixtureDir(name)];
    const cwd = makeFolder("groceries.jpg");
    const out = join(cwd, "onnx");
    const { status, stderr } = await runKept(["export", argument, "--out", out, ...options]);
    expect([status, stderr]).toEqual([0, expect.not.stringContaining("sam2:")]);
    expect(readdirSync(out).sort()).toEqual(
      options.includes("--external-data")
        ? ["decoder.onnx", "decoder.onnx.data", "encoder.onnx", "encoder.onnx.data"]
        : ["decoder.onnx", "encoder.onnx"],
    );

    const asked = await askModel(reference, join(cwd, "groceries.jpg"), !options.includes("--single-mask"));
    const embeddings = await runFile(join(out, "encoder.onnx"), { image: asked.pixelValues as TensorLike });
    for (const [i, answer] of asked.answers.entries()) {
      const found = await runFile(join(out, "decoder.onnx"), {
        ...embeddings,
        point_coords: drop(asked.inputPoints as TensorLike),
        point_labels: drop(asked.inputLabels as TensorLike),
        mask_input: asked.mask,
        has_mask_input: new Tensor("float32", Float32Array.of(i), [1]),
      });
      expect(relativeError(found.masks, drop(answer.predMasks))).toBeLessThan(TOLERANCE);
      expect(relativeError(found.iou_predictions, drop(answer.iouScores))).toBeLessThan(TOLERANCE);
    }
  });

  it.each(["two-file", "transformers.js"])(
    "reads its own %s folder again, with weights beside the graphs",
    async (layout) => {
      const cwd = makeFolder("groceries.jpg");
      const args = ["export", "nano", "--layout", layout, "--external-data", "--out", "onnx"];
      expect((await runKept(args, { cwd })).status).toBe(0);
      const masks = [];
      for (const model of ["nano", "onnx"]) {
        const click = ["segment", "groceries.jpg", "--point", "400,500", "--format", "coco"];
        const args = [...click, "--model", model, "--out", `of-${model}`];
        const { status, stderr } = await runKept(args, { cwd });
        expect([status, stderr]).toEqual([0, expect.not.stringContaining("sam2:")]);
        const written = readFileSync(join(cwd, `of-${model}`, "groceries.coco.json"), "utf8");
        masks.push(
          ...(JSON.parse(written) as { annotations: { area: number; score: number }[] }).annotations,
        );
      }
      const [own, ready] = masks;
      expect(own?.area).toBeGreaterThan(1000);
      expect(Math.abs((ready?.area ?? 0) / (own?.area ?? 1) - 1)).toBeLessThan(0.001);
      expect(ready?.score).toBeCloseTo(own?.score ?? 0, 4);

      const tracked = await runKept(["track", ".", "--model", "onnx", "--point", "1,1"], { cwd });
      expect([tracked.status, tracked.stderr]).toEqual([1, expect.stringContaining("memory attention")]);
      const words = await runKept(["info", "onnx", "--run"], { cwd });
      expect(words.stdout).toMatch(/^onnx\n[\s\S]*encoder +takes [\s\S]*here +loaded in/);
      const converted = await runKept(["convert", "onnx", "--out", "tensors"], { cwd });
      expect([converted.status, converted.stderr]).toEqual([
        1,
        expect.stringContaining("give the checkpoint"),
      ]);
    },
  );

  it("writes the graphs that it runs itself, those of videos too", async () => {
    const cwd = makeFolder();
    const args = ["export", "nano", "--layout", "own", "--video", "--out", "onnx", "--dtype", "fp16"];
    expect((await runCli(args, { cwd })).status).toBe(0);
    const files = readdirSync(join(cwd, "onnx"));
    expect(files).toEqual(expect.arrayContaining(["mask-decoder.onnx", "memory-attention.onnx"]));
    for (const file of files) await (await ort.InferenceSession.create(join(cwd, "onnx", file))).release();
  });

  it("ends with 2 and writes nothing where it is asked for what there is not", async () => {
    const cwd = makeFolder();
    for (const args of [
      [fixtureDir("odd-a"), "--video"],
      ["nano", "--layout", "three-file"],
      ["nano", "--prompts", "0"],
    ]) {
      const { status, stderr } = await runKept(["export", ...args, "--out", "onnx"], { cwd });
      expect([status, stderr]).toEqual([2, expect.stringMatching(/^sam2: /)]);
      expect(existsSync(join(cwd, "onnx"))).toBe(false);
    }
  });
});
