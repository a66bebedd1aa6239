import { readdirSync } from "node:fs";
import { InputError } from "@sam2js/core";
import { expect, it } from "vitest";
import { makeEntries, makeFolder } from "../__fixtures__/fake-engine.js";
import { createFolderStore } from "../store/folder-store.js";
import { readPlan, readShardEntries } from "./batch-plan.js";
import { writePlan } from "./write-plan.js";

const REQUEST = { task: "test", settings: { dtype: "fp32" }, formats: ["coco"] as const };

it("cuts entries into shards whose sizes differ by one at most, and finds them again", async () => {
  const store = createFolderStore(makeFolder());
  const entries = makeEntries(11).map((entry) => ({ ...entry, name: `ä ${entry.name}` }));
  const plan = await writePlan(store, entries, { ...REQUEST, shards: 4 });
  expect(plan.shards.map(({ entries: count }) => count)).toEqual([2, 3, 3, 3]);
  const read = [];
  for (let shard = 0; shard < 4; shard++) read.push(...(await readShardEntries(store, plan, shard)));
  expect(read).toEqual(entries);
  expect(await readPlan(store)).toEqual(plan);
});

it("is written once, by however many at the same time", async () => {
  const folder = makeFolder();
  const plans = await Promise.all(
    Array.from({ length: 4 }, () => writePlan(createFolderStore(folder), makeEntries(5), REQUEST)),
  );
  for (const plan of plans) expect(plan).toEqual(plans[0]);
  expect(readdirSync(folder).sort()).toEqual([plans[0]!.manifest, "plan.json"].sort());
});

it("refuses a folder with another batch and says what differs", async () => {
  const store = createFolderStore(makeFolder());
  await writePlan(store, makeEntries(5), REQUEST);
  const other = writePlan(store, makeEntries(5), { ...REQUEST, settings: { dtype: "q8" } });
  await expect(other).rejects.toThrow("expected no other batch, got one with other settings");
  await expect(writePlan(store, makeEntries(6), REQUEST)).rejects.toThrow("other manifest, entries, shards");
});

it("refuses no entries, and ids for some entries alone", async () => {
  const store = createFolderStore(makeFolder());
  await expect(writePlan(store, [], REQUEST)).rejects.toThrow(InputError);
  const some = [{ ...makeEntries(1)[0]!, id: 3 }, ...makeEntries(2)];
  await expect(writePlan(store, some, REQUEST)).rejects.toThrow("got 1 of 3");
  const twice = makeEntries(3).map((entry, at) => ({ ...entry, id: at % 2 }));
  await expect(writePlan(store, twice, REQUEST)).rejects.toThrow("id: expected one of its own, got 0, which");
});
