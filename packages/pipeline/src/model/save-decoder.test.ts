import { openDecoderFile } from "@sam2js/checkpoint";
import { CheckpointError, UnsupportedError } from "@sam2js/core";
import { ImageEmbeddings } from "@sam2js/embeddings";
import nano from "@sam2js/nano";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MaskGenerator } from "../generation/mask-generator.js";
import { segmentObjects } from "../objects/segment-objects.js";
import { AutoModelForMaskGeneration } from "./auto-model-for-mask-generation.js";
import type { SegmentationModel } from "./segmentation-model.js";

const image = new URL("../../../../examples/images/truck.jpg", import.meta.url).pathname;
const size = [1200, 1800] as const;
const prompts = [
  { points: [[500, 375]], labels: [1] },
  { points: [], labels: [], box: [75, 275, 1725, 850] },
] as const;

const runtime = createNodeRuntime();
const warnings: string[] = [];
interface Parts {
  readonly model: SegmentationModel;
  readonly processor: Sam2Processor;
}
let whole: Parts;
let part: Parts;
let file: File;
beforeAll(async () => {
  const imageSize = 512; // another than the checkpoint's: the file has to say it
  const model = await AutoModelForMaskGeneration.fromPretrained(nano, { runtime, imageSize });
  whole = { model, processor: await Sam2Processor.fromPretrained(nano, { runtime, imageSize }) };
  file = await model.saveDecoder(whole.processor);
  const source = await openDecoderFile(file);
  part = {
    model: await AutoModelForMaskGeneration.fromPretrained(source, {
      runtime,
      onWarning: (text) => warnings.push(text),
    }),
    processor: await Sam2Processor.fromPretrained(source, { runtime }),
  };
});
afterAll(() => runtime.dispose());

describe("a decoder alone", () => {
  it("answers on embeddings of the whole model exactly as that does", async () => {
    const { pixelValues } = await whole.processor.process({ images: image });
    if (!pixelValues) expect.unreachable();
    await using embeddings = await whole.model.getImageEmbeddings(pixelValues);
    await using sent = ImageEmbeddings.deserialize(await embeddings.serialize(), part.model);
    part.model.prepare(sent);
    const there = await segmentObjects(whole, embeddings, size, prompts);
    const here = await segmentObjects(part, sent, size, prompts);
    expect(here.map(({ logits }) => logits)).toEqual(there.map(({ logits }) => logits));
    expect(part.model.name).toBe("nano");
    expect(part.model.fingerprint).toBe(whole.model.fingerprint);
    expect(file.name).toBe(`decoder-${whole.model.fingerprint}.safetensors`);
  });

  it("has the weights of the prompt encoder and the mask decoder alone, and no use for pixels", async () => {
    expect(warnings).toEqual([]); // of tensors that nothing uses
    expect([whole.model.hasEncoder, part.model.hasEncoder]).toEqual([true, false]);
    expect(part.model.weightBytes).toBeLessThan(whole.model.weightBytes / 2);
    expect(file.size).toBeGreaterThan(part.model.weightBytes);
    const { pixelValues } = await part.processor.process({ images: image });
    const refused = part.model.forward({ pixelValues, inputPoints: [[[[500, 375]]]] } as never);
    await expect(refused).rejects.toSatisfy((error) => UnsupportedError.isInstance(error));
  });

  it("is known by what it carries: other files of weights are refused", async () => {
    const [, , weights] = await whole.model.savePretrained();
    const other = openDecoderFile(weights ?? new Blob());
    await expect(other).rejects.toSatisfy((error) => CheckpointError.isInstance(error));
  });

  it("finds everything on embeddings that are there, as the whole model does on the image", async () => {
    const { pixelValues } = await whole.processor.process({ images: image });
    if (!pixelValues) expect.unreachable();
    await using embeddings = await whole.model.getImageEmbeddings(pixelValues);
    await using sent = ImageEmbeddings.deserialize(await embeddings.serialize(), part.model);
    const options = { pointsPerCrop: 8, predIouThresh: 0.7 };
    const there = await new MaskGenerator(whole).generate(image, options);
    // No image is looked at: its size is known, and there are no crops.
    const here = await new MaskGenerator(part).generate("nowhere.jpg", {
      ...options,
      encoded: { embeddings: sent, size },
    });
    expect(there.masks.length).toBeGreaterThan(3);
    expect(here.masks.map(({ counts }) => counts)).toEqual(there.masks.map(({ counts }) => counts));
  });
});
