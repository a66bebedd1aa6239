import { checkOptions, DownloadError, Sam2Error, StoreError } from "@sam2js/core";
import type { Job } from "bullmq";
import type { ShardReport } from "../shard/shard-report.js";
import { connectRedis } from "./connect-redis.js";
import { QUEUE_NAME, type ShardJob } from "./shard-job.js";
import { KEY_PREFIX } from "./shard-queue.js";

/** How a worker takes shards from a queue. */
export interface QueueWorkerOptions {
  /** How many shards it does at a time. */
  readonly concurrency: number;
  /** A worker that is silent for so long has lost its shards to others. Default 30 s. */
  readonly lockMs?: number | undefined;
  /** Does a shard, in a process or thread of its own, so that the connection is kept alive. */
  readonly run: (job: ShardJob, context: ShardContext) => Promise<ShardReport>;
  /** Hears of what people may want to know. */
  readonly note: (text: string) => void;
}

/** What a shard's work is told and tells. */
export interface ShardContext {
  /** Aborts when the shard is to be given back. */
  readonly signal: AbortSignal;
  /** Takes how many entries are done. */
  readonly onProgress: (done: number) => void;
}

/** A worker that listens to a queue. */
export interface QueueWorker {
  /** Shards that it works on now. */
  readonly active: number;
  /** Gives the shards that it works on back, at once, and ends. What is done of them stays. */
  close(): Promise<void>;
}

const LOCK_MS = 30_000;
/** A shard whose workers vanished so often is given up: it may be what ends them. */
const STALLS = 10;
/** Where nothing can be written, a worker rests so long and leaves its shards to others. */
const REST_MS = 30_000;
/** Progress is told so often. */
const TELL_MS = 1000;
/** What may be better the next time. */
const PASSING: readonly string[] = ["DOWNLOAD_FAILED", "RATE_LIMITED", "OFFLINE", "HASH_MISMATCH"];

/**
 * Takes shards from a queue and does them until it is closed. A shard is tried five times with growing pauses, and again where pictures could not be
 * fetched; one whose worker vanished goes to another. A full disk counts as no try: the worker rests.
 */
export async function startQueueWorker(url: string, options: QueueWorkerOptions): Promise<QueueWorker> {
  checkOptions(options, ["concurrency", "lockMs", "run", "note"], "startQueueWorker options");
  const { concurrency, lockMs = LOCK_MS, run, note } = options;
  const { bull, client } = await connectRedis(url);
  const running = new Map<string, AbortController>();
  let isClosing = false;

  const process = async (job: Job<ShardJob>, token?: string): Promise<object> => {
    const controller = new AbortController();
    running.set(job.id ?? "", controller);
    try {
      const report = await run(job.data, { signal: controller.signal, onProgress: teller(job) });
      const lost = report.failed.find(({ code }) => PASSING.includes(code));
      if (lost && job.attemptsMade + 1 < (job.opts.attempts ?? 1)) throw new DownloadError(lost.message);
      return { entries: report.entries, failed: report.failed.length };
    } catch (error) {
      if (isClosing) {
        await job.moveToWait(token);
        throw new bull.WaitingError();
      }
      if (isOfStore(error)) {
        note(`${(error as Error).message}; this worker rests for ${REST_MS / 1000} s`);
        rest();
        await job.moveToDelayed(Date.now() + LOCK_MS / 10, token);
        throw new bull.DelayedError();
      }
      note(`shard ${job.data.shard} of ${job.data.out}: ${(error as Error).message}`);
      throw error;
    } finally {
      running.delete(job.id ?? "");
    }
  };
  const worker = new bull.Worker<ShardJob>(QUEUE_NAME, process, {
    connection: client,
    prefix: KEY_PREFIX,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    maxStalledCount: STALLS,
  });
  const rest = () => {
    worker.pause(true).catch(() => undefined);
    setTimeout(() => isClosing || worker.resume(), REST_MS).unref();
  };
  worker.on("error", () => undefined); // a lost connection is tried again, a lost lock comes below
  worker.on("lockRenewalFailed", (ids) => {
    for (const id of ids)
      running.get(id)?.abort(new DOMException("another worker has the shard", "AbortError"));
  });
  return {
    get active() {
      return running.size;
    },
    async close() {
      isClosing = true;
      for (const controller of running.values())
        controller.abort(new DOMException("the worker ends", "AbortError"));
      await worker.close();
      client.disconnect();
    },
  };
}

function isOfStore(error: unknown): boolean {
  return StoreError.isInstance(error) || (Sam2Error.isInstance(error) && error.code.startsWith("STORE_"));
}

function teller(job: Job<ShardJob>): (done: number) => void {
  let last = 0;
  return (done) => {
    if (Date.now() - last < TELL_MS) return;
    last = Date.now();
    job.updateProgress(done).catch(() => undefined);
  };
}
