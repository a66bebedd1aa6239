import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { InputError } from "@sam2js/core";
import { rleIou } from "@sam2js/masks";
import nano from "@sam2js/nano";
import { fixtureDir, loadGolden } from "@sam2js/reference";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { afterAll, describe, expect, it } from "vitest";
import type { MaskGenerationOptions } from "./generation-options.js";
import { MaskGenerator } from "./mask-generator.js";
import { type MaskGenerationPipeline, pipeline } from "./pipeline.js";

const runtime = createNodeRuntime();
afterAll(() => runtime.dispose());

const NANO_DIR = fileURLToPath(new URL(".", nano.files["config.json"]));
const golden = loadGolden("generate");
const nanoGolden = loadGolden("generate-nano");
const generators = new Map<string, Promise<MaskGenerationPipeline>>();

function generatorFor(model: string): Promise<MaskGenerationPipeline> {
  const dir = model === "nano" ? NANO_DIR : fixtureDir(model);
  const made =
    generators.get(model) ?? pipeline("mask-generation", dir, { runtime, onWarning: () => undefined });
  generators.set(model, made);
  return made;
}

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

// Expected: pipeline("mask-generation") of transformers 5.23.0, written by tooling/reference/python/make_generate_goldens.py. Its thresholds lie in
// wide gaps of the scores, so that rounding decides nothing.
describe("mask generation on the reference's grid", () => {
  const cases = [golden, nanoGolden].flatMap((from) =>
    Object.entries(from.cases).map(([name, testCase]) => ({ from, name, testCase })),
  );
  for (const { from, name, testCase } of cases) {
    if (testCase.kind !== "pipeline") continue;
    it(`finds the masks of the reference: ${from.meta.name} ${name}`, async () => {
      const { model, images, options = {} } = testCase as typeof testCase & { model: string };
      const generator = await generatorFor(model);
      const file = from.meta.images?.[images?.[0] ?? ""]?.file as string;
      const ours = Object.fromEntries(Object.entries(options).map(([key, value]) => [camel(key), value]));
      const output = await generator(readFileSync(`${from.dir}/${file}`), {
        ...(ours as MaskGenerationOptions),
        pointGrid: "transformers",
        outputRleMask: true,
        outputBboxesMask: true,
      });
      const { scores, boxes } = testCase.outputs as Record<string, string>;
      const wantedScores = from.tensor(scores as string);
      const wantedBoxes = from.tensor(boxes as string);
      expect(output.masks.length).toBe(wantedScores.data.length);
      for (const [i, score] of output.scores.entries()) {
        expect(Math.abs(score - (wantedScores.data[i] ?? 0))).toBeLessThan(1e-4);
      }
      expect(output.boundingBoxes?.flat()).toEqual([...wantedBoxes.data]);
      for (const [i, rle] of (testCase.rles ?? []).entries()) {
        expect(rleIou(output.masks[i] as never, rle as never)).toBeGreaterThanOrEqual(0.999);
        expect(output.rleMask?.[i]?.size).toEqual(rle.size);
      }
    });
  }
});

describe("mask generation", () => {
  it.each([[], [null], [{}], [{ model: {} }]])("of %j is refused by name", (...given) => {
    const make = () => new (MaskGenerator as new (...parts: unknown[]) => MaskGenerator)(...given);
    expect(make).toThrow(InputError);
    expect(make).toThrow(/expected \{ model, processor \}/);
  });

  const image = readFileSync(`${fixtureDir("generate")}/${Object.values(golden.meta.images ?? {})[0]?.file}`);
  const options = { pointsPerCrop: 6, predIouThresh: 0.3, stabilityScoreThresh: 0.5 };

  it("does not depend on the size of its runs", async () => {
    const generator = await generatorFor("nano");
    const whole = await generator(image, { ...options, outputRleMask: true });
    const single = await generator(image, { ...options, pointsPerBatch: 5, outputRleMask: true });
    expect(whole.masks.length).toBeGreaterThan(0);
    expect(single.rleMask).toEqual(whole.rleMask);
  });

  it("yields masks as they are found, and the result last", async () => {
    const generator = await generatorFor("nano");
    const events = [];
    for await (const event of generator.stream(image, options)) events.push(event);
    const last = events.at(-1);
    expect(events.slice(0, -1).every(({ type }) => type === "found")).toBe(true);
    expect(last?.type === "done" && last.output.masks.length).toBeLessThanOrEqual(events.length - 1);
    expect(last?.type === "done" && last.output).toEqual(await generator(image, options));
  });

  it("reports progress in points and takes lists of images", async () => {
    const generator = await generatorFor("nano");
    const seen: [number, number | undefined][] = [];
    const outputs = await generator([image, image], {
      ...options,
      cropsNLayers: 1,
      cropNPointsDownscaleFactor: 2,
      onProgress: ({ done, total }) => seen.push([done, total]),
    });
    expect(outputs.length).toBe(2);
    expect(seen[0]).toEqual([0, 36 + 4 * 9]);
    expect(seen.at(-1)).toEqual([72, 72]);
  });

  it("ends within one engine run when it is cancelled", async () => {
    const generator = await generatorFor("nano");
    const controller = new AbortController();
    const reason = new DOMException("stop", "AbortError");
    let runs = 0;
    const work = generator(image, {
      pointsPerCrop: 32,
      pointsPerBatch: 4,
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done > 0 && ++runs === 3) controller.abort(reason);
      },
    });
    await expect(work).rejects.toBe(reason);
    expect(runs).toBe(3);
    expect((await generator(image, options)).masks.length).toBeGreaterThan(0);
  });

  it("refines with the masks themselves, and gives one mask per point, as Meta's options say", async () => {
    const generator = await generatorFor("nano");
    const refined = await generator(image, { ...options, useM2m: true });
    const single = await generator(image, { ...options, multimaskOutput: false });
    expect(refined.masks.length).toBeGreaterThan(0);
    expect(single.masks.length).toBeGreaterThan(0);
    const cleaned = await generator(image, { ...options, minMaskRegionArea: 50 });
    expect(cleaned.masks.length).toBeGreaterThan(0);
  });

  it.each([
    [{ pointsPerBatch: 0 }, /pointsPerBatch: expected a whole number from 1 on/],
    [{ pointsPerCrop: 0 }, /pointsPerCrop/],
    [{ cropsNLayers: -1 }, /cropNLayers/],
    [{ maxHoleArea: -1 }, /maxHoleArea/],
    [{ points_per_batch: 3 } as never, /got "points_per_batch"; write pointsPerBatch/],
  ])("refuses %o with a typed error", async (wrong, message) => {
    const generator = await generatorFor("nano");
    await expect(generator(image, wrong)).rejects.toThrow(message);
  });
});
