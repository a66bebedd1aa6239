import { setTimeout as sleep } from "node:timers/promises";
import { checkOptions } from "@sam2js/core";
import type { QueueEvents } from "bullmq";
import { type BatchPlan, planDigest } from "../plan/batch-plan.js";
import { readReport } from "../shard/shard-report.js";
import type { BatchStore } from "../store/batch-store.js";
import { connectRedis } from "./connect-redis.js";
import { QUEUE_NAME, shardOfJob } from "./shard-job.js";
import { type DeadLetter, KEY_PREFIX, type QueueTerms, ShardQueue } from "./shard-queue.js";

/** How a batch is put into a queue and waited for. */
export interface WatchOptions extends QueueTerms {
  /** Ends the waiting; the workers go on. */
  readonly signal: AbortSignal;
  /** Hears how many entries are done. */
  readonly onProgress: (done: number) => void;
}

/** What the queue says is heard at once. What was lost with it (a server without a disk) is looked for as often as this. */
const LOOK_MS = 5000;

/**
 * Puts the shards of a batch that are not done into a queue and waits until they are, or are given up. The store says what is done, the queue only who
 * does it: whatever the queue forgets is put there again.
 *
 * @returns  the shards that were given up
 */
export async function watchBatch(
  url: string,
  store: BatchStore,
  plan: BatchPlan,
  options: WatchOptions,
): Promise<DeadLetter[]> {
  checkOptions(options, ["priority", "attempts", "signal", "onProgress"], "watchBatch options");
  const { signal, onProgress, ...terms } = options;
  const batch = { out: store.where, plan: planDigest(plan) };
  const queue = await ShardQueue.connect(url);
  const { events, close } = await openEvents(url);
  const open = new Set<number>();
  /** What failed in an earlier run is tried again: the report of that run counts for nothing. */
  const failedBefore = new Set<number>();
  const parts = new Map<number, number>();
  let wake: () => void = () => undefined;
  const allDone = new Promise<void>((resolve) => {
    wake = resolve;
  });
  let done = 0;
  const tell = () => onProgress([...parts.values()].reduce((sum, part) => sum + part, done));
  const look = async (shard: number) => {
    const report = await readReport(store, plan, shard);
    if (!report || failedBefore.has(shard) || !open.delete(shard)) return;
    parts.delete(shard);
    done += report.entries;
    tell();
    if (open.size === 0) wake();
  };
  try {
    for (let shard = 0; shard < plan.shards.length; shard++) {
      open.add(shard);
      const before = await readReport(store, plan, shard);
      if (before && before.failed.length > 0) failedBefore.add(shard);
      else await look(shard);
    }
    events.on("completed", ({ jobId }) => {
      const shard = shardOfJob(jobId, batch);
      if (shard === undefined) return;
      failedBefore.delete(shard);
      look(shard).catch(() => undefined); // looked for again below
    });
    events.on("progress", ({ jobId, data }) => {
      const shard = shardOfJob(jobId, batch);
      if (shard === undefined || typeof data !== "number" || !open.has(shard)) return;
      parts.set(shard, data);
      tell();
    });
    await queue.retry(batch);
    await queue.add(batch, [...open], terms);
    for (;;) {
      const dead = (await queue.deadLetters(batch)).filter(({ shard }) => open.has(shard));
      if (dead.length === open.size) return dead;
      await Promise.race([sleep(LOOK_MS, undefined, { signal, ref: false }), allDone]);
      const { waiting, active, delayed } = await queue.counts();
      if (waiting + active + delayed > 0) continue;
      for (const shard of [...open]) await look(shard);
      await queue.add(batch, [...open], terms);
    }
  } finally {
    await close();
    await queue.close();
  }
}

async function openEvents(url: string): Promise<{ events: QueueEvents; close: () => Promise<void> }> {
  const { bull, client } = await connectRedis(url);
  const events = new bull.QueueEvents(QUEUE_NAME, { connection: client, prefix: KEY_PREFIX });
  events.on("error", () => undefined); // a lost connection; it is tried again
  return {
    events,
    async close() {
      await events.close();
      client.disconnect();
    },
  };
}
