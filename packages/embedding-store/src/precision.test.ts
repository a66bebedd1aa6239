import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ImageEmbeddings, PRECISIONS } from "@sam2js/embeddings";
import { rleIou } from "@sam2js/masks";
import nano from "@sam2js/nano";
import { type ObjectPrompt, Sam2Model, segmentObjects } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { afterAll, beforeAll, expect, it } from "vitest";

import { EmbeddingFolder } from "./embedding-folder.js";
import { readEncoded, storedEmbeddings } from "./encode-picture.js";
import type { EncoderParts } from "./encoder-parts.js";

const runtime = createNodeRuntime();
const folder = mkdtempSync(join(tmpdir(), "sam2js-precision-"));
let parts: EncoderParts;
beforeAll(async () => {
  parts = {
    model: await Sam2Model.fromPretrained(nano, { runtime }),
    processor: await Sam2Processor.fromPretrained(nano, { runtime }),
  };
});
afterAll(async () => {
  await runtime.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const photo = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../examples/images/${name}.jpg`, import.meta.url)));

const GRID = 8;

/** The best masks of 64 clicks. */
async function clicks(embeddings: ImageEmbeddings, [height, width]: readonly [number, number]) {
  const prompts = Array.from({ length: GRID ** 2 }, (_, i): ObjectPrompt => {
    const point = [(((i % GRID) + 0.5) / GRID) * width, ((Math.floor(i / GRID) + 0.5) / GRID) * height];
    return { points: [point as [number, number]], labels: [1] };
  });
  return (await segmentObjects(parts, embeddings, [height, width], prompts)).map(({ mask }) => mask);
}

/** What the README states: IoU of the best masks with those of f32, mean and worst tenth of 192 clicks on three photographs, and the share of the bytes. */
const STATED = { f32: [1, 1, 1], f16: [0.9995, 0.999, 0.5], q8: [0.996, 0.993, 0.26] } as const;

it.each(PRECISIONS)("masks from embeddings kept as %s agree with the README's figures", async (precision) => {
  const [mean, worst, share] = STATED[precision];
  const ious: number[] = [];
  const store = await EmbeddingFolder.open(join(folder, precision));
  for (const name of ["truck", "groceries", "cars"]) {
    const fresh = await storedEmbeddings(parts, photo(name), store, { precision });
    expect(fresh.isNew).toBe(true);
    const kept = await storedEmbeddings(parts, photo(name), store, { precision });
    expect([kept.isNew, kept.id, kept.picture]).toEqual([false, fresh.id, fresh.picture]);
    const { size } = fresh.picture;
    const [exact, stored] = [await clicks(fresh.embeddings, size), await clicks(kept.embeddings, size)];
    for (const [index, mask] of exact.entries()) ious.push(rleIou(mask, stored[index] ?? mask));
    const bytes = await store.read(fresh.id);
    expect((bytes?.length ?? 0) / fresh.embeddings.sizeBytes).toBeLessThan(share + 0.01);
    await Promise.all([fresh, kept].map(({ embeddings }) => embeddings.dispose()));
  }
  ious.sort((a, b) => a - b);
  const average = ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
  console.log(`${precision}: mean IoU ${average.toFixed(5)}, worst tenth below ${ious[19]?.toFixed(5)}`);
  expect(average).toBeGreaterThanOrEqual(mean);
  expect(ious[Math.floor(ious.length / 10)]).toBeGreaterThanOrEqual(worst);
});

it("embeddings that were damaged on the disk, or made by another model, count as missing", async () => {
  const path = join(folder, "damaged");
  const store = await EmbeddingFolder.open(path);
  const { id, embeddings } = await storedEmbeddings(parts, photo("cars"), store);
  await embeddings.dispose();
  const other = { name: "other", fingerprint: "other@1" };
  expect(await readEncoded(store, id, other)).toBeUndefined();
  const file = join(path, `${id}.s2em`);
  writeFileSync(file, readFileSync(file).subarray(0, -1));
  expect(await readEncoded(store, id, parts.model)).toBeUndefined();
  const again = await storedEmbeddings(parts, photo("cars"), store);
  expect(again.isNew).toBe(true);
  await again.embeddings.dispose();
});
