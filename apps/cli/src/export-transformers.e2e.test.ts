import { join } from "node:path";
import { AutoModel, AutoProcessor, env, RawImage } from "@huggingface/transformers";
import type { ModelReference } from "@sam2js/checkpoint";
import { Tensor } from "@sam2js/core";
import nano from "@sam2js/nano";
import { AutoModelForMaskGeneration } from "@sam2js/pipeline";
import { fixtureDir } from "@sam2js/reference";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { beforeAll, describe, expect, it } from "vitest";
import { makeFolder, runKept } from "./__fixtures__/run-cli.js";

/** A tensor of transformers.js. */
interface OtherTensor {
  readonly dims: number[];
  readonly data: ArrayLike<number | bigint>;
}

const GRID = 6;

beforeAll(() => {
  env.allowRemoteModels = false;
});

/** A grid of clicks on a picture, then two boxes, as the package of transformers.js answers them, with what it made of the picture. */
async function askOther(folder: string, name: string, dtype: "fp32" | "q8", picture: string) {
  env.localModelPath = `${folder}/`;
  const model = await AutoModel.from_pretrained(name, { dtype });
  const processor = await AutoProcessor.from_pretrained(name);
  const image = await RawImage.read(picture);
  const place = (i: number, side: number) => ((i + 0.5) / GRID) * side;
  const clicks = Array.from({ length: GRID ** 2 }, (_, i) => [
    [place(i % GRID, image.width), place(Math.floor(i / GRID), image.height)],
  ]);
  const { width, height } = image;
  const boxes = [
    [0.1 * width, 0.2 * height, 0.5 * width, 0.9 * height],
    [0.4 * width, 0.3 * height, 0.9 * width, 0.7 * height],
  ];
  const ofClicks = await processor(image, { input_points: [clicks], input_labels: [clicks.map(() => [1])] });
  const ofBoxes = await processor(image, { input_boxes: [boxes] });
  const answers: Record<string, OtherTensor>[] = [await model(ofClicks), await model(ofBoxes)];
  const className = model.constructor.name;
  await model.dispose();
  return { className, inputs: [ofClicks, ofBoxes] as Record<string, OtherTensor>[], answers };
}

/** What this library makes of the pixels and prompts of transformers.js. */
async function askOurs(reference: ModelReference, inputs: readonly Record<string, OtherTensor>[]) {
  await using runtime = createNodeRuntime();
  const model = await AutoModelForMaskGeneration.fromPretrained(reference, { runtime, onWarning: () => {} });
  const answers = [];
  for (const { pixel_values, input_points, input_labels, input_boxes } of inputs) {
    answers.push(
      await model.forward({
        pixelValues: float32(pixel_values as OtherTensor),
        ...(input_points && { inputPoints: float32(input_points) }),
        ...(input_labels && {
          inputLabels: new Tensor("int32", Int32Array.from(input_labels.data, Number), input_labels.dims),
        }),
        ...(input_boxes && { inputBoxes: float32(input_boxes) }),
      }),
    );
  }
  return answers;
}

const float32 = ({ data, dims }: OtherTensor) =>
  new Tensor("float32", Float32Array.from(data as ArrayLike<number>), dims);

/** The mean IoU of all masks, two empty ones counting as equal. */
function meanIou(a: ArrayLike<number>, b: ArrayLike<number>, pixels: number): number {
  let sum = 0;
  for (let begin = 0; begin < a.length; begin += pixels) {
    let [both, either] = [0, 0];
    for (let i = begin; i < begin + pixels; i++) {
      const [inA, inB] = [(a[i] as number) > 0, (b[i] as number) > 0];
      if (inA && inB) both++;
      if (inA || inB) either++;
    }
    sum += either === 0 ? 1 : both / either;
  }
  return (sum * pixels) / a.length;
}

describe("transformers.js loads what sam2 export writes for it", () => {
  // The same pixels and prompts go into both, so that only the graphs differ. q8 rounds the encoder's weights: the README says what is measured.
  it.each([
    ["nano", "fp32", [], "Sam2Model", 0.999],
    ["nano", "fp32", ["--external-data", "--opset", "17"], "Sam2Model", 0.999],
    ["nano", "q8", [], "Sam2Model", 0.98],
    ["edge-a", "fp32", ["--single-mask"], "EdgeTamModel", 0],
  ] as const)("%s in %s %j", async (name, dtype, options, className, least) => {
    const [reference, argument] = name === "nano" ? [nano, name] : [fixtureDir(name), fixtureDir(name)];
    const cwd = makeFolder("truck.jpg");
    const args = ["export", argument, "--layout", "transformers.js", "--dtype", dtype, ...options];
    const { status, stderr } = await runKept([...args, "--out", join(cwd, "model")]);
    expect([status, stderr]).toEqual([0, expect.not.stringContaining("sam2:")]);

    const other = await askOther(cwd, "model", dtype, join(cwd, "truck.jpg"));
    expect(other.className).toBe(className);
    if (least === 0) return; // it has one mask a prompt, and ours three here
    const ours = await askOurs(reference, other.inputs);
    for (const [i, { pred_masks }] of other.answers.entries()) {
      const { predMasks } = ours[i] as (typeof ours)[0];
      expect(pred_masks?.dims).toEqual(predMasks.dims);
      const pixels = predMasks.dims.slice(-2).reduce((a, b) => a * b, 1);
      const iou = meanIou(pred_masks?.data as ArrayLike<number>, predMasks.data, pixels);
      console.log(name, dtype, i === 0 ? "clicks" : "boxes", "mean IoU", iou.toFixed(5));
      expect(iou).toBeGreaterThanOrEqual(least);
    }
  });

  it("refuses what transformers.js has not, and a type that is nothing for a model", async () => {
    const cwd = makeFolder();
    const edge = fixtureDir("edge-a");
    for (const [code, ...args] of [
      [2, "nano", "--layout", "transformers.js", "--video"],
      [2, "nano", "--memories", "2"],
      [1, edge, "--dtype", "q8"],
      [2, "nano", "--opset", "16"],
      [2, "nano", "--attention", "onnx", "--opset", "20"],
    ] as const) {
      const { status, stderr } = await runKept(["export", ...args, "--out", join(cwd, "model")]);
      expect([status, stderr]).toEqual([code, expect.stringMatching(/^sam2: .*expected .*got /)]);
    }
  });
});
