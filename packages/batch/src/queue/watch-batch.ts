import { setTimeout as sleep } from "node:timers/promises";
import { checkFunction, checkMembers, checkOptions, NotFoundError } from "@sam2js/core";
import type { QueueEvents } from "bullmq";
import { type BatchPlan, checkPlan, planDigest } from "../plan/batch-plan.js";
import { readReport, readReports, type ShardReport } from "../shard/shard-report.js";
import { type BatchStore, checkStore } from "../store/batch-store.js";
import { connectRedis } from "./connect-redis.js";
import { KEY_PREFIX, QUEUE_NAME, shardOfJob } from "./shard-job.js";
import { type DeadLetter, type QueueTerms, ShardQueue } from "./shard-queue.js";

/** How far a batch in a queue is. */
export interface QueueProgress {
  /** Entries that are done, those that failed among them. */
  readonly done: number;
  /** Time of machines so far, in ms; see `ShardQueue.spentMs`. */
  readonly spentMs: number;
}

/** How a batch is put into a queue and waited for. */
export interface WatchOptions extends QueueTerms {
  /** Ends the waiting; the workers go on. */
  readonly signal: AbortSignal;
  /** Hears how far it is. */
  readonly onProgress: (progress: QueueProgress) => void;
  /** Hears of each shard once it is done, also of those that were done before. */
  readonly onShard?: ((report: ShardReport) => void) | undefined;
}

const OPTIONS = ["priority", "client", "attempts", "rate", "signal", "onProgress", "onShard"];
/** What the queue says is heard at once. What was lost with it (a server without a disk) is looked for as often as this. */
const LOOK_MS = 5000;

/**
 * Puts the shards of a batch that are not done into a queue and waits until they are, or are given up. The store says what is done, the queue only who
 * does it: whatever the queue forgets is put there again.
 *
 * @returns  the shards that were given up
 * @throws {NotFoundError} the batch was cancelled  @throws the signal's reason
 */
export async function watchBatch(
  url: string,
  store: BatchStore,
  plan: BatchPlan,
  options: WatchOptions,
): Promise<DeadLetter[]> {
  checkOptions(options ?? null, OPTIONS, "watchBatch options");
  checkStore(store);
  checkPlan(plan);
  const { signal, onProgress, onShard, ...terms } = options;
  checkMembers(signal, "signal", "an AbortSignal", "throwIfAborted");
  checkFunction(onProgress, "onProgress", "a function that hears how far it is");
  const slotMs = terms.rate && (1000 * Math.ceil(plan.entries / plan.shards.length)) / terms.rate;
  const batch = { out: store.where, plan: planDigest(plan) };
  const queue = await ShardQueue.connect(url);
  const { events, close } = await openEvents(url);
  const open = new Set<number>();
  /** What failed in an earlier run is tried again: the report of that run counts for nothing. */
  const failedBefore = new Set<number>();
  const parts = new Map<number, number>();
  let wake: () => void = () => undefined;
  let [done, spentMs] = [0, 0];
  const tell = () =>
    onProgress({ done: [...parts.values()].reduce((sum, part) => sum + part, done), spentMs });
  const look = async (shard: number) => {
    const report = await readReport(store, plan, shard);
    if (report && !failedBefore.has(shard)) finish(shard, report);
  };
  const finish = (shard: number, report: ShardReport) => {
    if (!open.delete(shard)) return;
    parts.delete(shard);
    done += report.entries;
    onShard?.(report);
    tell();
    if (open.size === 0) wake();
  };
  try {
    let shard = 0;
    for await (const before of readReports(store, plan)) {
      open.add(shard);
      if (before && before.failed.length > 0) failedBefore.add(shard);
      else if (before) finish(shard, before);
      shard += 1;
    }
    // Not before all shards are known: the first may be done while others are open.
    const allDone = new Promise<void>((resolve) => {
      wake = resolve;
    });
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
    await queue.reopen(batch);
    await queue.retry(batch);
    await queue.add(batch, [...open], terms, slotMs);
    for (;;) {
      spentMs = await queue.spentMs(batch);
      tell();
      const dead = (await queue.deadLetters(batch)).filter(({ shard }) => open.has(shard));
      if (dead.length === open.size) return dead;
      const pause = sleep(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
      await Promise.race([pause, allDone]);
      signal.throwIfAborted();
      if (open.size > 0 && (await queue.isCancelled(batch))) {
        const next = "put it into the queue again";
        throw NotFoundError.expected(store.where, "a batch in the queue", "one that was cancelled", next);
      }
      const forgotten = await queue.missing(batch, [...open]);
      for (const shard of forgotten) await look(shard);
      await queue.add(
        batch,
        forgotten.filter((shard) => open.has(shard)),
        terms,
        slotMs,
      );
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
