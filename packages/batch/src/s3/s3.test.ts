import { CreateBucketCommand, ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { ImageError, NotFoundError, StoreError } from "@sam2js/core";
import { type FaultyProxy, hasMoto, startFaultyProxy, startMoto } from "@sam2js/testing/moto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createFakeEngine, makeEntries, makeFolder } from "../__fixtures__/fake-engine.js";
import { mergeBatch } from "../merge/merge-batch.js";
import { writePlan } from "../plan/write-plan.js";
import { runShard } from "../shard/run-shard.js";
import type { BatchStore } from "../store/batch-store.js";
import { readText } from "../store/batch-store.js";
import { createFolderStore } from "../store/folder-store.js";
import { listS3, readS3, readS3Image } from "./read-s3.js";
import { parseS3 } from "./s3-address.js";
import { s3Library } from "./s3-client.js";
import { createS3Store } from "./s3-store.js";

const title = hasMoto
  ? "a batch in a bucket"
  : "a batch in a bucket (not tested: no moto_server on this machine)";

it("reads addresses", () => {
  expect(parseS3("s3://bucket/a/b.jpg")).toEqual({ bucket: "bucket", key: "a/b.jpg" });
  expect(parseS3("s3://b")).toEqual({ bucket: "b", key: "" });
  expect(() => parseS3("s3:///a")).toThrow(/expected an address such as s3:/);
});

describe.skipIf(!hasMoto)(title, () => {
  let proxy: FaultyProxy;
  const stops: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const moto = await startMoto();
    proxy = await startFaultyProxy(moto.port, { slowDownEach: 5, dropEach: 11, cutParts: 2 });
    stops.push(proxy.stop, moto.stop);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_ACCESS_KEY_ID: "me",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_REGION: "us-east-1",
    });
    const { client } = await s3Library();
    await client.send(new CreateBucketCommand({ Bucket: "bucket" }));
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  it("has the bytes of one in a folder, though the store throttles and drops connections", async () => {
    const run = async (store: BatchStore): Promise<string[]> => {
      const request = { task: "t", settings: {}, formats: ["coco", "png", "tar"], shards: 2 } as const;
      const plan = await writePlan(store, makeEntries(5), request);
      const reports = [];
      for (let shard = 0; shard < 2; shard++)
        reports.push(await runShard(store, plan, shard, createFakeEngine()));
      const { files } = await mergeBatch(store, plan);
      const names = [...files, ...reports.flatMap((report) => report.files), "labels/00000/1.png"];
      return Promise.all(names.map(async (name) => `${name} ${await readText(store, name)}`));
    };
    const local = await run(createFolderStore(makeFolder()));
    expect(await run(createS3Store("s3://bucket/out/"))).toEqual(local);
    // The second time nothing is left to do.
    expect(await run(createS3Store("s3://bucket/out"))).toEqual(local);
  });

  it("has no half object where a large one is cut off", async () => {
    const store = createS3Store("s3://bucket/cut");
    async function* pieces() {
      for (let at = 0; at < 5; at++) yield new Uint8Array(8 << 20);
      throw new ImageError("a.jpg: is gone");
    }
    await expect(store.write("large", pieces())).rejects.toThrow("a.jpg: is gone");
    expect(await store.has("large")).toBe(false);
    const { client } = await s3Library();
    const left = await client.send(new ListMultipartUploadsCommand({ Bucket: "bucket" }));
    expect(left.Uploads ?? []).toEqual([]);
    const controller = new AbortController();
    controller.abort(new DOMException("stop", "AbortError"));
    await expect(store.write("small", "text", controller.signal)).rejects.toThrow("stop");
  });

  it("has a large object whose parts were cut off in the middle of their bytes, and none that was never completed", async () => {
    const store = createS3Store("s3://bucket/parts");
    const bytes = Uint8Array.from({ length: 40 << 20 }, (_, at) => at % 251);
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += 8 << 20) yield bytes.subarray(at, at + (8 << 20));
    }
    await store.write("large", pieces());
    expect(proxy.partsSeen).toBeGreaterThan(3); // three parts, and those that were cut off
    expect(Buffer.compare(await readS3Image("s3://bucket/parts/large"), bytes)).toBe(0);

    // As for a process that is killed: nobody hears of the upload again.
    const before = proxy.partsSeen;
    const lost = store.write("lost", pieces());
    lost.catch(() => undefined);
    await vi.waitFor(() => expect(proxy.partsSeen).toBeGreaterThan(before), 60_000);
    proxy.cut(true);
    await expect(lost).rejects.toThrow(StoreError);
    proxy.cut(false);
    expect(await store.has("lost")).toBe(false);
  });

  it("goes on where an interrupted shard was, and does again what listings do not show yet", async () => {
    const plan = await writePlan(createS3Store("s3://bucket/journal"), makeEntries(6), {
      task: "t",
      settings: {},
      formats: ["coco"],
      shards: 1,
    });
    const worked: number[] = [];
    const engineUntil = (last: number, controller: AbortController) =>
      createFakeEngine((index) => {
        worked.push(index);
        if (index === last) controller.abort(new DOMException("stop", "AbortError"));
      });
    const run = async (last: number) => {
      const controller = new AbortController();
      const store = createS3Store("s3://bucket/journal", 0); // each picture is written down at once
      const engine = engineUntil(last, controller);
      return runShard(store, plan, 0, engine, { signal: controller.signal });
    };
    proxy.hide(true);
    await expect(run(3)).rejects.toThrow("stop");
    // Nothing is listed yet, and all of it is done again.
    await expect(run(2)).rejects.toThrow("stop");
    expect(worked).toEqual([0, 1, 2, 3, 0, 1, 2]);
    proxy.hide(false);
    worked.length = 0;
    expect(await run(99)).toMatchObject({ entries: 6, failed: [] });
    expect(worked).toEqual([4, 5]);
    const left: string[] = [];
    for await (const name of listS3("s3://bucket/journal/journal/")) left.push(name);
    expect(left).toEqual([]);
  });

  it("lets one of several write what is new", async () => {
    const store = createS3Store("s3://bucket/new");
    const written = await Promise.all([1, 2, 3].map((each) => store.writeNew("plan", String(each))));
    expect(written.filter(Boolean)).toHaveLength(1);
  });

  it("lists and reads pictures, parts of objects, and says what is missing", async () => {
    const store = createS3Store("s3://bucket/in");
    await store.write("a/1.jpg", new Uint8Array([1, 2, 3, 4]));
    await store.write("b.txt", "x");
    const names: string[] = [];
    for await (const name of listS3("s3://bucket/in/")) names.push(name);
    expect(names).toEqual(["s3://bucket/in/a/1.jpg", "s3://bucket/in/b.txt"]);
    expect([...(await readS3Image("s3://bucket/in/a/1.jpg"))]).toEqual([1, 2, 3, 4]);
    const parts: number[] = [];
    for await (const part of readS3("s3://bucket/in/a/1.jpg", { from: 1, to: 3 })) parts.push(...part);
    expect(parts).toEqual([2, 3]);
    await expect(readS3Image("s3://bucket/in/none.jpg")).rejects.toThrow(NotFoundError);
  });
});
