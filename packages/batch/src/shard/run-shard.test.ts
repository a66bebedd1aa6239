import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StoreError } from "@sam2js/core";
import { extract } from "tar-stream";
import { expect, it } from "vitest";
import { createFakeEngine, makeEntries, makeFolder } from "../__fixtures__/fake-engine.js";
import { mergeBatch } from "../merge/merge-batch.js";
import { BATCH_FORMATS } from "../plan/batch-plan.js";
import { writePlan } from "../plan/write-plan.js";
import { createFolderStore } from "../store/folder-store.js";
import { runShard } from "./run-shard.js";

const REQUEST = { task: "test", settings: { model: "x" }, formats: BATCH_FORMATS } as const;

async function planned(entries = makeEntries(10), shards = 3) {
  const folder = makeFolder();
  const store = createFolderStore(folder);
  return { folder, store, plan: await writePlan(store, entries, { ...REQUEST, shards }) };
}

/** All results, by name. */
function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    names.sort().map((name) => [name.slice(folder.length), readFileSync(name, "base64")]),
  );
}

it("writes the same bytes however often it is interrupted, and never works twice", async () => {
  const undisturbed = await planned();
  for (let shard = 0; shard < 3; shard++)
    await runShard(undisturbed.store, undisturbed.plan, shard, createFakeEngine());
  await mergeBatch(undisturbed.store, undisturbed.plan);

  const { folder, store, plan } = await planned();
  const worked: number[] = [];
  for (let turn = 0; ; turn++) {
    let left = 1;
    const engine = createFakeEngine(() => {
      if (left-- === 0) throw new StoreError("disk: no room", {}, "STORE_FULL");
    });
    let isDone = true;
    for (let shard = 0; shard < 3 && isDone; shard++) {
      isDone = await runShard(store, plan, shard, engine).then(
        () => true,
        () => false,
      );
    }
    worked.push(...engine.worked);
    if (isDone) break;
    // Each run ends as a power cut would have it: in the middle of a line.
    for (const name of readdirSync(join(folder, "journal"), { recursive: true, encoding: "utf8" }))
      if (name.endsWith(".jsonl")) appendFileSync(join(folder, "journal", name), '{"index":9,"na');
    expect(turn).toBeLessThan(20);
  }
  await mergeBatch(store, plan);
  expect(worked).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(contents(folder)).toEqual(contents(undisturbed.folder));
});

it("does again what failed, and keeps what another has done", async () => {
  const entries = makeEntries(4).map((entry, at) => (at === 2 ? { ...entry, name: "bad.jpg" } : entry));
  const { folder, store, plan } = await planned(entries, 1);
  const first = await runShard(store, plan, 0, createFakeEngine());
  expect(first.failed).toEqual([
    { index: 2, name: "bad.jpg", code: "INVALID_IMAGE", message: "bad.jpg: is no picture" },
  ]);
  const again = createFakeEngine();
  await runShard(store, plan, 0, again);
  expect(again.worked).toEqual([2]);
  const before = contents(folder);
  // A worker to which every picture seems broken, such as one without a connection, changes nothing.
  const broken = createFakeEngine(() => {
    throw new TypeError("no connection");
  });
  await runShard(store, plan, 0, broken, { isFresh: true });
  expect(contents(folder)).toEqual({ ...before, ...differing(before, contents(folder), "no connection") });
});

/** Files that differ may do so by one text alone: that of the entry which failed for both. */
function differing(before: Record<string, string>, after: Record<string, string>, text: string) {
  const names = Object.keys(after).filter((name) => before[name] !== after[name]);
  for (const name of names) {
    const plain = Buffer.from(after[name]!, "base64").toString();
    const old = Buffer.from(before[name]!, "base64").toString();
    expect(plain.replace(text, "bad.jpg: is no picture").replace("UNEXPECTED", "INVALID_IMAGE")).toBe(old);
  }
  return Object.fromEntries(names.map((name) => [name, after[name]!]));
}

it("isolates entries that could not be read or were given up", async () => {
  const error = { code: "INVALID_INPUT", message: "list.jsonl:2: no JSON" };
  const entries = [...makeEntries(3), { image: "", name: "list.jsonl:2", error }];
  const { store, plan } = await planned(entries, 1);
  const engine = createFakeEngine();
  const died = { code: "UNEXPECTED", message: "its process ended by SIGSEGV" };
  const { failed } = await runShard(store, plan, 0, engine, { givenUp: new Map([[1, died]]) });
  expect(failed.map(({ index, message }) => [index, message])).toEqual([
    [1, died.message],
    [3, error.message],
  ]);
  expect(engine.worked).toEqual([0, 2]);
});

it("writes tars as WebDataset reads them, with no time in them", async () => {
  const { folder, store, plan } = await planned(
    [{ image: "/in/a.b.JPG", name: "x/a.b.JPG" }, ...makeEntries(2)],
    1,
  );
  await runShard(store, plan, 0, createFakeEngine());
  const members: Record<string, string> = {};
  const reader = extract();
  reader.end(readFileSync(join(folder, "shards/00000.tar")));
  for await (const entry of reader) {
    let text = "";
    for await (const piece of entry) text += piece;
    members[entry.header.name] = text;
    expect(entry.header.mtime).toEqual(new Date(0));
  }
  expect(Object.keys(members)).toEqual(["a_b.jpg", "a_b.json", "0.jpg", "0.json", "1.jpg", "1.json"]);
  expect(members["a_b.jpg"]).toBe("bytes of x/a.b.JPG");
  expect(JSON.parse(members["0.json"]!)).toMatchObject({
    image: { id: 2, file_name: "0.jpg", width: 4, height: 3 },
    annotations: [{ id: 1, image_id: 2, category_id: 1, area: 2 }],
    categories: [{ id: 1, name: "object" }],
  });
});

it("does a shard again whose file was taken away", async () => {
  const { folder, store, plan } = await planned(makeEntries(2), 1);
  await runShard(store, plan, 0, createFakeEngine());
  rmSync(join(folder, "shards/00000.tar"));
  await runShard(store, plan, 0, createFakeEngine());
  expect(readdirSync(join(folder, "shards"))).toContain("00000.tar");
  writeFileSync(join(folder, "shards/00000.done.json"), "{");
  const engine = createFakeEngine();
  await runShard(store, plan, 0, engine);
  expect(engine.worked).toEqual([0, 1]);
});
