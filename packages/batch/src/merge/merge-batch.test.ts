import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@sam2js/core";
import { expect, it } from "vitest";
import { createFakeEngine, makeEntries, makeFolder } from "../__fixtures__/fake-engine.js";
import { writePlan } from "../plan/write-plan.js";
import { runShard } from "../shard/run-shard.js";
import { createFolderStore } from "../store/folder-store.js";
import { mergeBatch } from "./merge-batch.js";

const REQUEST = { task: "test", settings: {}, formats: ["coco"] as const };

it("has every picture once and numbers annotations over all shards, whatever their number", async () => {
  const texts: string[] = [];
  for (const shards of [1, 4]) {
    const folder = makeFolder();
    const store = createFolderStore(folder);
    const categories = [{ id: 7, name: "dog" }];
    const plan = await writePlan(store, makeEntries(12), { ...REQUEST, shards, categories });
    for (let shard = 0; shard < shards; shard++) await runShard(store, plan, shard, createFakeEngine());
    const merged = await mergeBatch(store, plan);
    // 0, 1 and 2 masks in turn
    expect(merged).toMatchObject({ entries: 12, masks: 12, failed: [], missing: [] });
    texts.push(readFileSync(join(folder, "coco.json"), "utf8"));
  }
  expect(texts[1]).toBe(texts[0]);
  const coco = JSON.parse(texts[0]!);
  expect(coco.images.map(({ id }: { id: number }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(coco.annotations.map(({ id }: { id: number }) => id)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
  ]);
  expect(coco.categories.map(({ id, name }: { id: number; name: string }) => [id, name])).toEqual([
    [7, "dog"],
    [8, "object"],
    [9, "cat"],
  ]);
  const cats = coco.annotations.filter(({ category_id }: { category_id: number }) => category_id === 9);
  expect(cats).toHaveLength(4);
  expect(cats[0].attributes).toEqual({ name: "Tom" });
});

it("names shards that are not done, and joins the others where asked to", async () => {
  const store = createFolderStore(makeFolder());
  const plan = await writePlan(store, makeEntries(9), { ...REQUEST, shards: 3 });
  await runShard(store, plan, 1, createFakeEngine());
  await expect(mergeBatch(store, plan)).rejects.toThrow(InputError);
  await expect(mergeBatch(store, plan)).rejects.toThrow(
    "expected 3 shards that are done, got 1; not done: 0, 2",
  );
  expect(await mergeBatch(store, plan, { isPartial: true })).toMatchObject({ entries: 3, missing: [0, 2] });
});
