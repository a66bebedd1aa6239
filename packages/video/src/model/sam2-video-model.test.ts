import { DisposedError, InputError, Sam2VideoConfig, ShapeError, Tensor } from "@sam2js/core";
import { loadGolden, relativeError, videoGoldenDirs } from "@sam2js/reference";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadFixture } from "../__tests__/fixture-model.js";
import { Sam2VideoModel } from "./sam2-video-model.js";
import type { VideoSegmentationModel } from "./video-segmentation-model.js";

const runtime = createNodeRuntime();
afterAll(() => runtime.dispose());

describe("the image half of the video model", () => {
  let model: VideoSegmentationModel;
  let pixelValues: Tensor<"float32">;
  beforeAll(async () => {
    ({ model } = await loadFixture(loadGolden(videoGoldenDirs()[0] as string), runtime));
    const side = model.config.imageSize;
    pixelValues = Tensor.zeros("float32", [2, 3, side, side]);
    for (let i = 0; i < pixelValues.size; i++) pixelValues.data[i] = Math.sin(i / 7);
  });

  it("gives embeddings that differ from features by what stands for no memory", async () => {
    const { config } = model;
    const embeddings = await model.getImageEmbeddings(pixelValues);
    const coarse = (await embeddings.toTensors())[2];
    const { fpnHiddenStates } = await model.getImageFeatures(pixelValues);
    const side = config.embeddingSize;
    const flat = fpnHiddenStates[2] as Tensor<"float32">; // [h·w, B, C]
    const [cells = 0, batch = 0, channels = 0] = flat.dims;
    expect([cells, batch]).toEqual([side * side, 2]);
    expect(coarse.dims).toEqual([2, channels, side, side]);
    const added = Array.from({ length: channels }, (_, channel) =>
      Array.from({ length: cells }, (_, cell) => {
        const feature = flat.data[cell * batch * channels + channel] as number;
        return (coarse.data[channel * cells + cell] as number) - feature;
      }),
    );
    for (const perCell of added) {
      for (const value of perCell) expect(Math.abs(value - (perCell[0] as number))).toBeLessThan(1e-4);
    }
    expect(added.some(([first]) => Math.abs(first as number) > 1e-3)).toBe(true);
    await embeddings.dispose();
  });

  it("gives embeddings of prompts, and of places", async () => {
    const { sparseEmbeddings, denseEmbeddings } = await model.getPromptEmbeddings({
      inputPoints: new Tensor("float32", Float32Array.of(1, 2), [1, 1, 1, 2]),
    });
    const { embeddingSize: side, promptEncoderConfig } = model.config;
    expect(sparseEmbeddings?.dims).toEqual([1, 1, 2, promptEncoderConfig.hiddenSize]);
    expect(denseEmbeddings.dims).toEqual([1, promptEncoderConfig.hiddenSize, side, side]);
    const places = await model.getImageWidePositionalEmbeddings();
    expect(places.dims).toEqual(denseEmbeddings.dims);
  });

  it("refuses pixels of another size and the constructor, with typed errors", async () => {
    const small = Tensor.zeros("float32", [1, 3, 8, 8]);
    await expect(model.getImageEmbeddings(small)).rejects.toThrow(ShapeError);
    expect(() => Reflect.construct(Sam2VideoModel, [])).toThrow(InputError);
    expect(() => Reflect.construct(Sam2VideoConfig, [])).toThrow("Sam2VideoConfig.parse(json)");
  });

  it("loads what was saved, with equal embeddings", async () => {
    const again = await Sam2VideoModel.fromPretrained(await model.savePretrained(), { runtime });
    expect(again.fingerprint).toBe(model.fingerprint);
    const [before, after] = await Promise.all(
      [model, again].map(async (each) => (await each.getImageEmbeddings(pixelValues)).toTensors()),
    );
    for (const [level, tensor] of (before ?? []).entries()) {
      expect(relativeError(after?.[level], tensor)).toBe(0);
    }
    await again.dispose();
    await expect(again.getPromptEmbeddings()).rejects.toThrow(DisposedError);
  });
});
