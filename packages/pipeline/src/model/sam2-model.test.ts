import { stat } from "node:fs/promises";
import { join } from "node:path";
import {
  CheckpointError,
  ConfigError,
  DisposedError,
  InputError,
  NotFoundError,
  ShapeError,
  Tensor,
} from "@sam2js/core";
import { ImageEmbeddings } from "@sam2js/embeddings";
import nano from "@sam2js/nano";
import { fixtureDir, loadGolden } from "@sam2js/reference";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Sam2HieraDetModel } from "./sam2-hiera-det-model.js";
import { Sam2Model } from "./sam2-model.js";
import { Sam2VisionModel } from "./sam2-vision-model.js";

const golden = loadGolden("odd-a");
const dir = fixtureDir("odd-a");
const pixelValues = golden.tensor("image/a/pixel_values");
const click = {
  inputPoints: new Tensor("float32", Float32Array.of(40, 50), [1, 1, 1, 2]),
  inputLabels: new Tensor("int32", Int32Array.of(1), [1, 1, 1]),
};

const runtime = createNodeRuntime();
let model: Sam2Model;
beforeAll(async () => {
  model = await Sam2Model.fromPretrained(dir, { runtime, onWarning: () => undefined });
});
afterAll(() => runtime.dispose());

async function rejection(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("Sam2Model", () => {
  it("tells the bytes of its weights, which the checkpoint's file holds beside its header", async () => {
    const { size } = await stat(join(dir, "model.safetensors"));
    expect(model.weightBytes).toBeLessThan(size);
    expect(model.weightBytes).toBeGreaterThan(0.9 * size);
  });

  it("makes no session before one is wanted where nobody waits for it", async () => {
    const wanted: boolean[] = [];
    const counting = new Proxy(runtime, {
      get(target, name) {
        if (name !== "createSession")
          return Reflect.get(target, name).bind?.(target) ?? Reflect.get(target, name);
        return (...args: Parameters<typeof runtime.createSession>) => {
          wanted.push(args[1]?.sideBySide ?? false);
          return target.createSession(...args);
        };
      },
    });
    const options = { runtime: counting, onWarning: () => undefined, warmUp: false };
    const cold = await Sam2Model.fromPretrained(dir, options);
    const encoded = await cold.getImageEmbeddings(pixelValues, { sideBySide: true });
    await new Promise((resolve) => setTimeout(resolve, 20)); // what would be made behind the call
    expect(wanted).toEqual([true]);
    await encoded.dispose();
    await cold.dispose();
  });

  it("hands a handle that was passed in back as itself, and keeps it usable", async () => {
    const imageEmbeddings = await model.getImageEmbeddings(pixelValues);
    const first = await model.forward({ ...click, imageEmbeddings });
    const second = await model.forward({ ...click, imageEmbeddings });
    expect(first.imageEmbeddings).toBe(imageEmbeddings);
    expect(second.predMasks).toEqual(first.predMasks);
    await imageEmbeddings.dispose();
    expect(
      DisposedError.isInstance(await rejection(() => model.forward({ ...click, imageEmbeddings }))),
    ).toBe(true);
  });

  it("answers overlapping calls, each with its own numbers", async () => {
    const imageEmbeddings = await model.getImageEmbeddings(pixelValues);
    const at = (x: number) => ({ inputPoints: new Tensor("float32", Float32Array.of(x, x), [1, 1, 1, 2]) });
    const alone = [];
    for (const x of [10, 60, 110]) alone.push((await model.forward({ ...at(x), imageEmbeddings })).predMasks);
    const together = await Promise.all(
      [10, 60, 110].map((x) => model.forward({ ...at(x), imageEmbeddings })),
    );
    expect(together.map(({ predMasks }) => predMasks)).toEqual(alone);
    await imageEmbeddings.dispose();
  });

  it("decodes more prompts than one run takes as if they came one by one", async () => {
    const imageEmbeddings = await model.getImageEmbeddings(pixelValues);
    const count = 37;
    const xy = Float32Array.from({ length: 2 * count }, (_, i) => (i * 29) % 128);
    const all = await model.forward({
      inputPoints: new Tensor("float32", xy, [1, count, 1, 2]),
      imageEmbeddings,
    });
    const last = await model.forward({
      inputPoints: new Tensor("float32", xy.slice(-2), [1, 1, 1, 2]),
      imageEmbeddings,
    });
    const size = last.predMasks.size;
    const tail = all.predMasks.data.subarray(-size);
    expect(tail.every((value, i) => Math.abs(value - (last.predMasks.data[i] ?? 0)) < 1e-4)).toBe(true);
    await imageEmbeddings.dispose();
  });

  it("rejects with the signal's reason, before and during the work, and works on", async () => {
    const reason = new DOMException("no", "AbortError");
    expect(
      await rejection(() => model.forward({ ...click, pixelValues, signal: AbortSignal.abort(reason) })),
    ).toBe(reason);
    const controller = new AbortController();
    const work = rejection(() => model.forward({ ...click, pixelValues, signal: controller.signal }));
    controller.abort(reason);
    expect(await work).toBe(reason);
    const { imageEmbeddings, iouScores } = await model.forward({ ...click, pixelValues });
    expect(iouScores.dims).toEqual([1, 1, 3]);
    await imageEmbeddings.dispose();
  });

  it("ignores what it has no use for", async () => {
    const extra = { ...click, pixelValues, originalSizes: [[1, 1]], labels: undefined };
    const { imageEmbeddings, predMasks } = await model.forward(extra);
    expect(predMasks.dims).toEqual([1, 1, 3, 32, 32]);
    await imageEmbeddings.dispose();
  });

  it("loads at another image size, and says so when the pixels have not that size", async () => {
    const small = await Sam2Model.fromPretrained(dir, { runtime, imageSize: 96, onWarning: () => undefined });
    const error = await rejection(() => small.forward({ ...click, pixelValues }));
    expect(ShapeError.isInstance(error)).toBe(true);
    expect(String(error)).toMatch(
      /expected 96 x 96 pixels.*got 128 x 128; give model and processor the same imageSize/,
    );
    const pixels = Tensor.zeros("float32", [1, 3, 96, 96]);
    const { predMasks, imageEmbeddings } = await small.forward({ ...click, pixelValues: pixels });
    expect(predMasks.dims).toEqual([1, 1, 3, 24, 24]);
    expect(InputError.isInstance(await rejection(() => model.forward({ ...click, imageEmbeddings })))).toBe(
      true,
    );
    await small.dispose();
  });

  it.each([
    ["nothing", undefined as never, InputError, /got none/],
    [
      "neither pixels nor embeddings",
      {},
      InputError,
      /exactly one of pixelValues and imageEmbeddings, got none/,
    ],
    ["both", { pixelValues, imageEmbeddings: [] }, InputError, /got both/],
    [
      "hidden states of embeddings",
      { imageEmbeddings: [], outputHiddenStates: true },
      InputError,
      /outputHiddenStates/,
    ],
    [
      "pixels as an array",
      { pixelValues: [[1]] as never },
      InputError,
      /pixelValues: expected a tensor of floats or bytes/,
    ],
    ["null", null as never, InputError, /Sam2Model.forward: expected an object/],
    [
      "a name of Python's",
      { ...click, pixelValues, multimask_output: false } as never,
      InputError,
      /write multimaskOutput/,
    ],
    [
      "one tensor as embeddings",
      { ...click, imageEmbeddings: pixelValues as never },
      InputError,
      /imageEmbeddings: expected a handle/,
    ],
    [
      "a mask prompt with NaN",
      { ...click, pixelValues, inputMasks: new Tensor("float32", Float32Array.of(Number.NaN), [1, 1, 1, 1]) },
      InputError,
      /inputMasks: expected finite numbers/,
    ],
    [
      "grey pixels",
      { pixelValues: Tensor.zeros("float32", [1, 1, 128, 128]) },
      ShapeError,
      /\[B, 3, 128, 128\]/,
    ],
    [
      "a mask for another number of objects",
      { ...click, pixelValues, inputMasks: Tensor.zeros("float32", [1, 2, 32, 32]) },
      ShapeError,
      /inputMasks: expected \[1 or 1, 1 or 1, h, w\]/,
    ],
    [
      "a target embedding of another width",
      { ...click, pixelValues, targetEmbedding: Tensor.zeros("float32", [1, 1, 1, 7]) },
      ShapeError,
      /targetEmbedding/,
    ],
  ])("refuses %s with a typed error", async (_, inputs, type, message) => {
    const error = await rejection(() => model.forward(inputs));
    expect((type as typeof InputError).isInstance(error)).toBe(true);
    expect(String(error)).toMatch(message);
  });

  it("refuses options in an argument of their own, which would be dropped", async () => {
    const forward = model.forward as (...all: object[]) => Promise<unknown>;
    const more = () => forward.call(model, { ...click, pixelValues }, { multimaskOutput: false });
    await expect(more()).rejects.toThrow(
      /Sam2Model.forward: expected one object .* an object with multimaskOutput/,
    );
  });

  it("embeddings that come to the host at once are those of the device, byte by byte", async () => {
    await using device = await model.getImageEmbeddings(pixelValues);
    await using host = await model.getImageEmbeddings(pixelValues, { onHost: true });
    expect(await host.serialize()).toEqual(await device.serialize());
    const { predMasks } = await model.forward({ ...click, imageEmbeddings: host });
    expect(predMasks.data).toEqual(
      (await model.forward({ ...click, imageEmbeddings: device })).predMasks.data,
    );
  });

  it("images that are encoded side by side are encoded as one after the other, byte by byte, and their masks are the same", async () => {
    await using lanes = createNodeRuntime({ threads: 2 });
    const other = await Sam2Model.fromPretrained(dir, { runtime: lanes, onWarning: () => undefined });
    const brighter = Float32Array.from(pixelValues.data as Float32Array, (value) => value + 0.5);
    const shifted = new Tensor("float32", brighter, pixelValues.dims);
    const images = [pixelValues, shifted, pixelValues, shifted, pixelValues];
    const alone = await Promise.all(images.map((image) => other.getImageEmbeddings(image)));
    const together = await Promise.all(
      images.map((image) => other.getImageEmbeddings(image, { sideBySide: true })),
    );
    for (const [index, embeddings] of together.entries())
      expect(await embeddings.serialize()).toEqual(await alone[index]?.serialize());
    const masksOf = async (imageEmbeddings = alone[1]) =>
      (await other.forward({ ...click, imageEmbeddings })).predMasks.data;
    expect(await masksOf(together[1])).toEqual(await masksOf());
    const controller = new AbortController();
    const { signal } = controller;
    const calls = images.map((image) => other.getImageEmbeddings(image, { sideBySide: true, signal }));
    controller.abort(new RangeError("enough"));
    for (const call of calls) await expect(call).rejects.toThrow("enough");
    await using again = await other.getImageEmbeddings(pixelValues, { sideBySide: true });
    expect(await again.serialize()).toEqual(await alone[0]?.serialize());
  });

  it("refuses the embeddings of another model", async () => {
    const other = await Sam2Model.fromPretrained(nano, { runtime });
    const embeddings = await model.getImageEmbeddings(pixelValues);
    const bytes = await embeddings.serialize();
    expect(() => ImageEmbeddings.deserialize(bytes, other)).toThrow(/another model/);
    expect(InputError.isInstance(await rejection(() => other.forward({ imageEmbeddings: embeddings })))).toBe(
      true,
    );
    await Promise.all([embeddings.dispose(), other.dispose()]);
  });

  it("cannot be used after dispose, which leaves the runtime and other models alone", async () => {
    const other = await Sam2Model.fromPretrained(dir, { runtime, onWarning: () => undefined });
    await other.dispose();
    await other.dispose();
    const error = await rejection(() => other.forward({ ...click, pixelValues }));
    expect(DisposedError.isInstance(error)).toBe(true);
    const { imageEmbeddings } = await model.forward({ ...click, pixelValues });
    await imageEmbeddings.dispose();
  });

  it("frees what it keeps on the device: 60 encodes leave no more than a few megabytes", async () => {
    const encode = async () => (await model.getImageEmbeddings(pixelValues)).dispose();
    for (let i = 0; i < 10; i++) await encode();
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 60; i++) await encode();
    expect(process.memoryUsage().rss - before).toBeLessThan(60e6);
  });
});

describe("inputs of other types", () => {
  it("takes pixels as float64 and as bytes", async () => {
    const bytes = new Tensor(
      "uint8",
      Uint8Array.from(pixelValues.data, (_, i) => i % 251),
      pixelValues.dims,
    );
    const floats = new Tensor("float32", Float32Array.from(bytes.data), bytes.dims);
    const doubles = { dims: floats.dims, data: Float64Array.from(floats.data) } as never;
    const [expected, ...others] = await Promise.all(
      [floats, bytes, doubles].map((pixels) => model.forward({ ...click, pixelValues: pixels })),
    );
    for (const { predMasks } of others) expect(predMasks).toEqual(expected?.predMasks);
  });

  it("shares one mask prompt between all images", async () => {
    const { dims, data } = pixelValues;
    const both = new Tensor("float32", Float32Array.of(...data, ...data), [2, ...dims.slice(1)]);
    const inputMasks = Tensor.zeros("float32", [1, 1, ...model.maskSize]);
    inputMasks.data.fill(5, 100, 300);
    const one = await model.forward({ pixelValues, inputMasks });
    const two = await model.forward({ pixelValues: both, inputMasks });
    expect(two.predMasks.dims).toEqual([2, 1, 3, ...model.maskSize]);
    for (const image of [0, 1]) {
      const size = one.predMasks.size;
      expect(two.predMasks.data.slice(image * size, (image + 1) * size)).toEqual(one.predMasks.data);
    }
  });
});

describe("getPromptEmbeddings", () => {
  const side = 16;

  it("needs no prompt", async () => {
    const { sparseEmbeddings, denseEmbeddings } = await model.getPromptEmbeddings();
    expect(sparseEmbeddings).toBeUndefined();
    const { embeddingSize } = model.config;
    const { hiddenSize } = model.config.promptEncoderConfig;
    expect(denseEmbeddings.dims).toEqual([1, hiddenSize, embeddingSize, embeddingSize]);
  });

  it("keeps the size of masks, each with an embedding of its own", async () => {
    const masks = Tensor.zeros("float32", [1, 3, 4 * side, 8 * side]);
    masks.data.fill(1, 0, 4 * side * 8 * side);
    const { denseEmbeddings } = await model.getPromptEmbeddings({ inputMasks: masks });
    const { dims, data } = denseEmbeddings;
    expect(dims).toEqual([3, model.config.promptEncoderConfig.hiddenSize, side, 2 * side]);
    const plane = data.length / 3;
    expect(data.slice(plane, 2 * plane)).toEqual(data.slice(2 * plane));
    expect(data.slice(0, plane)).not.toEqual(data.slice(plane, 2 * plane));
  });

  it.each([
    ["nested arrays", { inputPoints: [[[[1, 2]]]] as never }, /inputPoints: expected a tensor/],
    ["labels alone", { inputLabels: click.inputLabels }, /given without inputPoints/],
    ["an unknown name", { points: 1 } as never, /getPromptEmbeddings: expected inputPoints/],
    ["masks of an odd size", { inputMasks: Tensor.zeros("float32", [1, 1, 6, 8]) }, /multiples of 4/],
  ])("refuses %s", async (_, inputs, message) => {
    const error = await rejection(() => model.getPromptEmbeddings(inputs));
    expect(InputError.isInstance(error)).toBe(true);
    expect(String(error)).toMatch(message);
  });
});

describe("a model without a checkpoint", () => {
  it("has weights that follow from the seed, and can be saved and loaded", async () => {
    const { config } = model;
    const [first, again, other] = await Promise.all(
      [1, 1, 2].map((seed) => Sam2Model.fromConfig(config, { runtime, seed })),
    );
    expect(first?.fingerprint).toBe(again?.fingerprint);
    expect(first?.fingerprint).not.toBe(other?.fingerprint);
    const files = await (first as Sam2Model).savePretrained();
    expect(files.map(({ name }) => name)).toEqual(["config.json", "model.safetensors"]);
    const loaded = await Sam2Model.fromPretrained(files, { runtime });
    expect(loaded.fingerprint).toBe(first?.fingerprint);
    const [made, read] = await Promise.all(
      [first as Sam2Model, loaded].map((each) => each.forward({ ...click, pixelValues })),
    );
    expect(read?.predMasks).toEqual(made?.predMasks);
    expect(made?.iouScores.data.every(Number.isFinite)).toBe(true);
  });

  it.each([
    ["a config of another kind", {} as never, {}, /expected the config of Sam2Model/],
    ["a seed that is no whole number", undefined, { seed: 0.5 }, /seed: expected a whole number/],
    ["an unknown option", undefined, { sed: 1 } as never, /fromConfig/],
  ])("is not made of %s", async (_, config, options, message) => {
    const work = () => Sam2Model.fromConfig(config ?? model.config, { runtime, ...options });
    const error = await rejection(work);
    expect(InputError.isInstance(error)).toBe(true);
    expect(String(error)).toMatch(message);
  });

  it.each([
    ["Sam2Model", Sam2Model],
    ["Sam2VisionModel", Sam2VisionModel],
    ["Sam2HieraDetModel", Sam2HieraDetModel],
  ])("is not made by the constructor of %s", (name, type) => {
    const construct = () => Reflect.construct(type, []);
    expect(construct).toThrow(InputError);
    expect(construct).toThrow(`call await ${name}.fromPretrained(…)`);
  });

  it("is a part that can be saved for its own class", async () => {
    const vision = await Sam2VisionModel.fromPretrained(dir, { runtime });
    const files = await vision.savePretrained();
    const alone = await Sam2VisionModel.fromPretrained(files, { runtime });
    const [whole, part] = await Promise.all([vision, alone].map((each) => each.forward({ pixelValues })));
    expect(part?.lastHiddenState).toEqual(whole?.lastHiddenState);
  });
});

describe("fromPretrained", () => {
  it("says what is missing", async () => {
    const nothing = await rejection(() => Sam2Model.fromPretrained("./no/such/folder", { runtime }));
    expect(NotFoundError.isInstance(nothing) || InputError.isInstance(nothing)).toBe(true);
    for (const options of [{}, undefined]) {
      const bare = await rejection(() => Sam2Model.fromPretrained(dir, options as never));
      expect(InputError.isInstance(bare)).toBe(true);
      expect(String(bare)).toMatch(/expected a runtime/);
    }
  });

  it("checks every tensor against the config", async () => {
    const config = {
      ...JSON.parse(JSON.stringify(model.config)),
      prompt_encoder_config: { mask_input_channels: 4 },
    };
    const files = {
      "config.json": new TextEncoder().encode(
        JSON.stringify({
          ...config,
          prompt_encoder_config: { ...model.config.promptEncoderConfig.toJSON(), mask_input_channels: 4 },
        }),
      ),
      "model.safetensors": `${dir}/model.safetensors`,
    };
    const error = await rejection(() => Sam2Model.fromPretrained({ name: "changed", files }, { runtime }));
    expect(CheckpointError.isInstance(error)).toBe(true);
    expect(String(error)).toMatch(/mask_embed/);
  });

  it("refuses an image size that the windows do not allow, naming those that they do", async () => {
    const error = await rejection(() => Sam2Model.fromPretrained(dir, { runtime, imageSize: 100 }));
    expect(ConfigError.isInstance(error)).toBe(true);
    expect(String(error)).toMatch(/128|96/);
  });

  it.each([
    ["a whole checkpoint", dir, "odd-a"],
    ["one saved by its own class", fixtureDir("vision-tower"), "vision-tower"],
  ])("loads the vision encoder from %s", async (_, source, name) => {
    const tower = loadGolden(name);
    const warnings: string[] = [];
    const onWarning = (message: string) => void warnings.push(message);
    const vision = await Sam2VisionModel.fromPretrained(source, { runtime, onWarning });
    expect(warnings).toEqual([]);
    const testCase = Object.values(tower.cases).find(({ kind }) => kind === "vision");
    const pixels = tower.resolveTensor(testCase?.inputs?.pixel_values as string);
    const output = await vision.forward({ pixelValues: pixels, outputHiddenStates: true });
    const wanted = tower.resolveList(testCase?.outputs?.fpn_hidden_states as never);
    expect(output.fpnHiddenStates.map(({ dims }) => dims)).toEqual(wanted.map(({ dims }) => dims));
    for (const [i, level] of wanted.entries()) expectClose(output.fpnHiddenStates[i]?.data, level.data);
    const positions = tower.resolveList(testCase?.outputs?.fpn_position_encoding as never);
    for (const [i, level] of positions.entries())
      expectClose(output.fpnPositionEncoding[i]?.data, level.data);
    expectClose(
      output.lastHiddenState.data,
      tower.resolveTensor(testCase?.outputs?.last_hidden_state as string).data,
    );
    await vision.dispose();
  });

  it.each([
    ["a whole checkpoint", dir, "odd-a"],
    ["one saved by its own class", fixtureDir("hiera-tower"), "hiera-tower"],
  ])("loads the backbone from %s", async (_, source, name) => {
    const tower = loadGolden(name);
    const warnings: string[] = [];
    const onWarning = (message: string) => void warnings.push(message);
    const hiera = await Sam2HieraDetModel.fromPretrained(source, { runtime, onWarning });
    expect(warnings).toEqual([]);
    const testCase = Object.values(tower.cases).find(({ kind }) => kind === "hiera");
    const pixels = tower.resolveTensor(testCase?.inputs?.pixel_values as string);
    const output = await hiera.forward({ pixelValues: pixels, outputHiddenStates: true });
    const wanted = tower.resolveList(testCase?.outputs?.intermediate_hidden_states as never);
    expect(output.intermediateHiddenStates.length).toBe(wanted.length);
    for (const [i, stage] of wanted.entries())
      expectClose(output.intermediateHiddenStates[i]?.data, stage.data);
    await hiera.dispose();
  });
});

/** Within 1e-4 of the range of the expected values (see parity.test.ts). */
function expectClose(actual: ArrayLike<number> | undefined, wanted: ArrayLike<number>): void {
  expect(actual?.length).toBe(wanted.length);
  let most = 0;
  let worst = 0;
  for (let i = 0; i < wanted.length; i++) {
    most = Math.max(most, Math.abs(wanted[i] ?? 0));
    worst = Math.max(worst, Math.abs((wanted[i] ?? 0) - (actual?.[i] ?? Number.NaN)));
  }
  expect(worst).toBeLessThanOrEqual(1e-4 * most);
}
