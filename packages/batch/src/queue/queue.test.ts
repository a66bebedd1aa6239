import { DownloadError, InputError, StoreError } from "@sam2js/core";
import { hasRedis, startRedis } from "@sam2js/testing/redis";
import { Redis } from "ioredis";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createFakeEngine, makeEntries, makeFolder } from "../__fixtures__/fake-engine.js";
import { planDigest } from "../plan/batch-plan.js";
import { writePlan } from "../plan/write-plan.js";
import { runShard } from "../shard/run-shard.js";
import { readReport, type ShardReport } from "../shard/shard-report.js";
import { createFolderStore } from "../store/folder-store.js";
import { type QueueWorkerOptions, startQueueWorker } from "./queue-worker.js";
import { ShardQueue } from "./shard-queue.js";
import { watchBatch } from "./watch-batch.js";

const A = { out: "/a", plan: "aaaaaaaaaaaaaaaa" };
const B = { out: "/b", plan: "aaaaaaaaaaaaaaaa" };
const TERMS = { priority: 10, client: "a", attempts: 1 };
const REPORT: ShardReport = { plan: A.plan, shard: 0, entries: 1, masks: 0, failed: [], files: [] };
/** Redis and the workers take their time on a busy machine. */
const PATIENCE_MS = 120_000;

async function startUrl(): Promise<string> {
  const { url, stop } = await startRedis({ folder: makeFolder() });
  onTestFinished(stop);
  return url;
}

async function connected(url: string): Promise<ShardQueue> {
  const queue = await ShardQueue.connect(url);
  onTestFinished(() => queue.close());
  return queue;
}

async function flush(url: string): Promise<void> {
  const client = new Redis(url);
  await client.flushall();
  client.disconnect();
}

async function worker(url: string, run: QueueWorkerOptions["run"]) {
  const started = await startQueueWorker(url, { concurrency: 1, run, note: () => undefined });
  onTestFinished(() => started.close());
  return started;
}

const title = hasRedis ? "a queue" : "a queue (not tested: no redis-server on this machine)";

describe.skipIf(!hasRedis)(title, () => {
  it("hands out what has the lowest number first, each shard once", async () => {
    const url = await startUrl();
    const queue = await connected(url);
    await queue.add(A, [0, 1], TERMS);
    await queue.add(A, [0, 1], TERMS);
    await queue.add(B, [7], { ...TERMS, priority: 1 });
    const done: string[] = [];
    await worker(url, async ({ out, shard }) => {
      done.push(`${out} ${shard}`);
      return REPORT;
    });
    await vi.waitFor(() => expect(done).toHaveLength(3), PATIENCE_MS);
    expect(done).toEqual(["/b 7", "/a 0", "/a 1"]);
    await vi.waitFor(
      async () => expect(await queue.counts()).toMatchObject({ waiting: 0, active: 0 }),
      PATIENCE_MS,
    );
    expect(await queue.workerCount()).toBe(1);
  });

  it("keeps what was given up with its reason, until it is tried again or taken out", async () => {
    const url = await startUrl();
    const queue = await connected(url);
    await queue.add(A, [3], TERMS);
    await queue.add(B, [0], TERMS);
    let isBroken = true;
    const done: number[] = [];
    await worker(url, async ({ shard }) => {
      if (isBroken) throw new InputError("no such model");
      done.push(shard);
      return REPORT;
    });
    await vi.waitFor(async () => expect((await queue.counts()).failed).toBe(2), PATIENCE_MS);
    expect(await queue.deadLetters(A)).toEqual([{ ...A, shard: 3, reason: "no such model" }]);
    expect(await queue.cancel(B)).toBe(1);
    isBroken = false;
    expect(await queue.retry()).toBe(1);
    await vi.waitFor(() => expect(done).toEqual([3]), PATIENCE_MS);
    expect(await queue.deadLetters()).toEqual([]);
  });

  it("tries again where pictures could not be fetched, but not for ever", async () => {
    const url = await startUrl();
    const queue = await connected(url);
    await queue.add(A, [0], { ...TERMS, attempts: 2 });
    await queue.add(B, [1], TERMS);
    const failed = [{ index: 0, name: "x", code: "DOWNLOAD_FAILED", message: "no connection" }];
    const shards: number[] = [];
    await worker(url, async ({ shard }) => {
      shards.push(shard);
      return { ...REPORT, failed };
    });
    // The last try stands as it is: with a failure in its report.
    await vi.waitFor(async () => {
      expect(shards).toEqual([0, 1]);
      expect(await queue.counts()).toMatchObject({ delayed: 1, active: 0, failed: 0 });
    }, PATIENCE_MS);
  });

  it("gets back at once what an ending worker has, and counts a full disk as no try", async () => {
    const url = await startUrl();
    const queue = await connected(url);
    await queue.add(A, [0], TERMS);
    const first = await worker(url, (_, { signal }) => rejectOn(signal));
    await vi.waitFor(() => expect(first.active).toBe(1), PATIENCE_MS);
    await first.close();
    expect(await queue.counts()).toMatchObject({ waiting: 1, active: 0, delayed: 0, failed: 0 });
    await worker(url, async () => {
      throw new StoreError("/a: no room", {}, "STORE_FULL");
    });
    await vi.waitFor(
      async () => expect(await queue.counts()).toMatchObject({ delayed: 1, failed: 0 }),
      PATIENCE_MS,
    );
  });

  it("is watched until a batch is done, and filled again where it forgot", async () => {
    const url = await startUrl();
    const store = createFolderStore(makeFolder());
    const plan = await writePlan(store, makeEntries(9), {
      task: "t",
      settings: {},
      formats: ["coco"],
      shards: 3,
    });
    await runShard(store, plan, 1, createFakeEngine());
    const broken = createFakeEngine(() => {
      throw new InputError("no connection");
    });
    await runShard(store, plan, 2, broken); // what failed in an earlier run is tried again
    const queue = await connected(url);
    const progress: number[] = [];
    const watching = watchBatch(url, store, plan, {
      ...TERMS,
      signal: new AbortController().signal,
      onProgress: ({ done }) => progress.push(done),
    });
    await vi.waitFor(async () => expect((await queue.counts()).waiting).toBe(2), PATIENCE_MS);
    await flush(url); // as a server without a disk does when it is started again
    const shards: number[] = [];
    await worker(url, ({ shard }) => {
      shards.push(shard);
      return runShard(store, plan, shard, createFakeEngine());
    });
    expect(await watching).toEqual([]);
    expect(shards).toEqual([0, 2]);
    expect(progress.at(-1)).toBe(9);
    expect((await readReport(store, plan, 2))?.failed).toEqual([]);
  });

  it("is looked at now and then, not all the time, where its first shards were done before", async () => {
    const url = await startUrl();
    const store = createFolderStore(makeFolder());
    const settings = { task: "t", settings: {}, formats: ["coco" as const], shards: 2 };
    const plan = await writePlan(store, makeEntries(4), settings);
    await runShard(store, plan, 0, createFakeEngine());
    const queue = await connected(url);
    const stop = new AbortController();
    const onProgress = vi.fn();
    const watching = watchBatch(url, store, plan, { ...TERMS, signal: stop.signal, onProgress });
    await vi.waitFor(async () => expect((await queue.counts()).waiting).toBe(1), PATIENCE_MS);
    const before = onProgress.mock.calls.length;
    for (let i = 0; i < 200; i++) await queue.counts(); // time for some 40 looks
    expect(onProgress.mock.calls.length - before).toBeLessThan(10);
    stop.abort(new RangeError("enough"));
    await expect(watching).rejects.toThrow("enough");
  });

  it("lets a client who comes late wait for no more than a shard of the others for each of its own", async () => {
    const url = await startUrl();
    const queue = await connected(url);
    const numbers = Array.from({ length: 1000 }, (_, shard) => shard);
    await queue.add(A, numbers, { ...TERMS, client: "large" });
    const order: string[] = [];
    const concurrency = 2;
    const started = await startQueueWorker(url, {
      concurrency,
      note: () => undefined,
      run: async ({ client }) => {
        order.push(client);
        return REPORT;
      },
    });
    onTestFinished(() => started.close());
    await vi.waitFor(() => expect(order.length).toBeGreaterThan(50), PATIENCE_MS);
    await queue.add(B, numbers.slice(0, 10), { ...TERMS, client: "small" });
    const came = order.length;
    await vi.waitFor(() => expect(order.filter((name) => name === "small")).toHaveLength(10), PATIENCE_MS);
    // Of two clients each has every second turn; what workers had taken before is not taken from them.
    expect(order.lastIndexOf("small") - came).toBeLessThan(2 * 10 + concurrency);
    expect(order.length).toBeLessThan(1000);

    // Who comes again and again has no more than its turns.
    const [again, mine] = [
      { out: "/c", plan: A.plan },
      { ...TERMS, client: "small" },
    ];
    const before = order.length;
    for (let turn = 0; turn < 5; turn++) {
      await queue.add(again, numbers.slice(10 * turn, 10 * turn + 10), mine);
      await vi.waitFor(
        async () => expect(order.length).toBeGreaterThan(before + 20 * turn + 15),
        PATIENCE_MS,
      );
    }
    const shares = order.slice(before, before + 90).filter((name) => name === "large").length;
    expect(shares).toBeGreaterThan(30);
  });

  it("keeps to a client's rate, whoever works, and lets others pass", async () => {
    const url = await startUrl();
    const queue = await connected(url);
    const times: number[] = [];
    const order: string[] = [];
    const run: QueueWorkerOptions["run"] = async ({ client }) => {
      if (client === "slow") times.push(performance.now());
      order.push(client);
      return REPORT;
    };
    await worker(url, run);
    await worker(url, run);
    await queue.add(A, [0, 1, 2, 3], { ...TERMS, client: "slow", rate: 1 }, 400);
    await queue.add(B, [0, 1, 2, 3], TERMS);
    await vi.waitFor(() => expect(order).toHaveLength(8), PATIENCE_MS);
    expect(order.at(-1)).toBe("slow");
    // The first is due at once; timers of BullMQ may be a little early by the clock of another.
    expect(times[3]! - times[0]!).toBeGreaterThan(3 * 400 - 50);
  });

  it("ends what a worker is at and who waits for it where a batch is cancelled, and counts what was spent", async () => {
    const url = await startUrl();
    const store = createFolderStore(makeFolder());
    const request = { task: "t", settings: {}, formats: ["coco"], shards: 2 } as const;
    const plan = await writePlan(store, makeEntries(4), request);
    const queue = await connected(url);
    const batch = { out: store.where, plan: planDigest(plan) };
    const reasons: unknown[] = [];
    await worker(url, (_, { signal }) =>
      rejectOn(signal).catch((error) => {
        reasons.push(error.message);
        throw error;
      }),
    );
    const signal = new AbortController().signal;
    const watching = watchBatch(url, store, plan, { ...TERMS, signal, onProgress: () => undefined });
    watching.catch(() => undefined);
    await vi.waitFor(async () => expect((await queue.counts()).active).toBe(1), PATIENCE_MS);
    expect(await queue.cancel(batch)).toBe(1);
    await vi.waitFor(() => expect(reasons).toEqual(["the batch was cancelled"]), PATIENCE_MS);
    await expect(watching).rejects.toThrow(/expected a batch in the queue, got one that was cancelled/);
    expect(await queue.counts()).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
    expect(await queue.spentMs(batch)).toBeGreaterThan(500); // it is told each second
  });

  it("says what it cannot reach, without the password", async () => {
    await expect(ShardQueue.connect("http://x")).rejects.toThrow(/^--queue: expected a URL such as redis:/);
    const nobody = ShardQueue.connect("redis://me:secret@127.0.0.1:1");
    await expect(nobody).rejects.toThrow(DownloadError);
    await expect(nobody).rejects.toThrow(/^redis:\/\/127\.0\.0\.1:1: expected a Redis .*ECONNREFUSED/);
  });
});

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}
