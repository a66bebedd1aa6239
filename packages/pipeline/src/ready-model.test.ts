import { readFileSync } from "node:fs";
import { InputError, Sam2Error, UnsupportedError } from "@sam2js/core";
import nano from "@sam2js/nano";
import { Sam2Processor } from "@sam2js/processor";
import { relativeError } from "@sam2js/reference";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { afterAll, describe, expect, it } from "vitest";
import { exportedFiles } from "./__fixtures__/exported.js";
import { MaskGenerator } from "./generation/mask-generator.js";
import { Sam2Model } from "./model/sam2-model.js";
import { Sam2VisionModel } from "./model/sam2-vision-model.js";

const runtime = createNodeRuntime();
afterAll(() => runtime.dispose());

const groceries = new Uint8Array(
  readFileSync(new URL("../../../examples/images/groceries.jpg", import.meta.url)),
);
/** Of the range of the checkpoint's own values: the same numbers in another order. */
const TOLERANCE = 1e-4;

/** The same model from its checkpoint and from ready-made files. */
async function both(layout: "two-file" | "transformers.js", rename = (name: string) => name) {
  const { files, config } = await exportedFiles(nano, runtime, { layout });
  const named = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [rename(name), bytes]));
  const source = {
    name: "ready",
    files: layout === "two-file" ? named : { ...named, "config.json": config },
  };
  return {
    own: await Sam2Model.fromPretrained(nano, { runtime }),
    ready: await Sam2Model.fromPretrained(source, { runtime }),
    processor: await Sam2Processor.fromPretrained(nano, { runtime }),
    source,
  };
}

const PROMPTS = {
  inputPoints: [
    [
      [
        [400, 500],
        [420, 560],
      ],
      [
        [100, 90],
        [120, 100],
      ],
    ],
  ],
  inputLabels: [
    [
      [1, 0],
      [1, 1],
    ],
  ],
};

describe.each([
  ["two-file", (name: string) => name],
  ["two-file", (name: string) => `sam2_hiera_nano_${name}`],
  ["transformers.js", (name: string) => name],
] as const)("ready-made files: %s", (layout, rename) => {
  it("give the masks of the checkpoint, of points and boxes, for several objects", async () => {
    const { own, ready, processor } = await both(layout, rename);
    const clicks = await processor.process({ images: groceries, ...PROMPTS });
    const boxes = await processor.process({ images: groceries, inputBoxes: [[[30, 40, 500, 600]]] });
    for (const inputs of [clicks, boxes]) {
      const expected = await own.forward(inputs);
      const found = await ready.forward(inputs);
      expect(found.predMasks.dims).toEqual(expected.predMasks.dims);
      expect(relativeError(found.predMasks, expected.predMasks)).toBeLessThan(TOLERANCE);
      expect(relativeError(found.iouScores, expected.iouScores)).toBeLessThan(TOLERANCE);
      // Embeddings of one are good for the other: they are in one layout.
      const again = await ready.forward({
        ...inputs,
        pixelValues: undefined,
        imageEmbeddings: await expected.imageEmbeddings.toTensors(),
      });
      expect(relativeError(again.predMasks, expected.predMasks)).toBeLessThan(TOLERANCE);
    }
    await Promise.all([own.dispose(), ready.dispose()]);
  });
});

describe("ready-made files", () => {
  it("choose the best of three masks for a clear prompt, and take a mask as a prompt where the decoder does", async () => {
    const { own, ready, processor } = await both("two-file");
    expect([own, ready].map((each) => each.takesMasks)).toEqual([true, true]);
    const inputs = await processor.process({ images: groceries, ...PROMPTS });
    const { iouScores } = await ready.forward(inputs);
    const one = await ready.forward({ ...inputs, multimaskOutput: false });
    const best = [0, 1].map((object) => Math.max(...iouScores.data.subarray(3 * object, 3 * object + 3)));
    expect([...one.iouScores.data]).toEqual(best);
    const inputMasks = one.predMasks.reshape([1, 2, ...ready.maskSize]);
    const expected = await own.forward({ ...inputs, inputMasks });
    const found = await ready.forward({ ...inputs, inputMasks });
    expect(relativeError(found.predMasks, expected.predMasks)).toBeLessThan(TOLERANCE);
    await Promise.all([own.dispose(), ready.dispose()]);
  });

  it("segment everything as the checkpoint does", async () => {
    const { own, ready, processor } = await both("two-file");
    const options = { pointsPerCrop: 8, predIouThresh: 0.5 };
    const [expected, found] = await Promise.all(
      [own, ready].map((model) => new MaskGenerator({ model, processor }).generate(groceries, options)),
    );
    expect(found?.masks.length).toBe(expected?.masks.length);
    expect(expected?.masks.length).toBeGreaterThan(0);
    await Promise.all([own.dispose(), ready.dispose()]);
  });

  it("say what they lack: inner values, an input of masks, tensors to save, another image size", async () => {
    const { ready, source, processor } = await both("transformers.js");
    expect([ready.isReadyMade, ready.takesMasks]).toEqual([true, false]);
    const inputs = await processor.process({ images: groceries, ...PROMPTS });
    const { predMasks } = await ready.forward({ ...inputs, multimaskOutput: false });
    for (const failing of [
      () => ready.forward({ ...inputs, outputHiddenStates: true }),
      () => ready.forward({ ...inputs, inputMasks: predMasks.reshape([1, 2, ...ready.maskSize]) }),
      () => ready.getPromptEmbeddings({ inputPoints: inputs.inputPoints }),
      () => ready.savePretrained(),
      () => Sam2VisionModel.fromPretrained(source, { runtime }),
    ]) {
      await expect(failing()).rejects.toThrow(
        /expected .*, got ready-made ONNX files .*; give the checkpoint/,
      );
      await expect(failing()).rejects.toBeInstanceOf(UnsupportedError);
    }
    await expect(Sam2Model.fromPretrained(source, { runtime, imageSize: 512 })).rejects.toThrow(InputError);
    await ready.dispose();
  });

  it("are refused as they are damaged, whatever byte it is", async () => {
    const { files } = await exportedFiles(nano, runtime, {});
    const encoder = files["encoder.onnx"] as Uint8Array;
    for (let i = 0; i < 40; i++) {
      const bytes = i % 2 === 0 ? encoder.slice(0, (i * 997) % 60_000) : encoder.slice();
      if (i % 2 === 1) bytes[(i * 7919) % 50_000] = (i * 31) % 256;
      const loading = Sam2Model.fromPretrained(
        { name: "damaged", files: { ...files, "encoder.onnx": bytes } },
        { runtime },
      );
      await loading.then(
        (model) => model.dispose(),
        (error: unknown) => expect(Sam2Error.isInstance(error), String(error)).toBe(true),
      );
    }
  });
});
