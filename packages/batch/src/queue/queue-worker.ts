import { checkFunction, checkNumber, checkOptions, DownloadError, Sam2Error, StoreError } from "@sam2js/core";
import type { Job } from "bullmq";
import type { ShardReport } from "../shard/shard-report.js";
import { BatchLedger } from "./batch-ledger.js";
import { connectRedis } from "./connect-redis.js";
import { KEY_PREFIX, QUEUE_NAME, type ShardJob } from "./shard-job.js";
import { takeSlot } from "./start-slots.js";
import { Turns } from "./turns.js";

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
  /** How many shards it does at a time; may be changed. */
  concurrency: number;
  /** Gives the shards that it works on back, at once, and ends. What is done of them stays. */
  close(): Promise<void>;
}

const LOCK_MS = 30_000;
/** A shard whose workers vanished so often is given up: it may be what ends them. */
const STALLS = 10;
/** Where nothing can be written, a worker rests so long and leaves its shards to others. */
const REST_MS = 30_000;
/** Progress and time spent are told so often. */
const TELL_MS = 1000;
/** Why a shard of a batch that was cancelled ends. */
const CANCELLED = new DOMException("the batch was cancelled", "AbortError");
/** What may be better the next time. */
const PASSING: readonly string[] = ["DOWNLOAD_FAILED", "RATE_LIMITED", "OFFLINE", "HASH_MISMATCH"];

/**
 * Takes shards from a queue and does them until it is closed. A shard is tried five times with growing pauses, and again where pictures could not be
 * fetched; one whose worker vanished goes to another. A full disk counts as no try: the worker rests.
 */
export async function startQueueWorker(url: string, options: QueueWorkerOptions): Promise<QueueWorker> {
  checkOptions(options ?? null, ["concurrency", "lockMs", "run", "note"], "startQueueWorker options");
  const { concurrency, lockMs = LOCK_MS, run, note } = options;
  checkFunction(run, "run", "a function that does a shard");
  checkFunction(note, "note", "a function that hears of troubles");
  checkNumber(concurrency, "concurrency", "a number of shards at a time");
  checkNumber(lockMs, "lockMs", "a time in ms");
  const { bull, client } = await connectRedis(url);
  const running = new Map<string, AbortController>();
  const [turns, ledger] = [new Turns(client), new BatchLedger(client)];
  let isClosing = false;

  const process = async (job: Job<ShardJob>, token?: string): Promise<object> => {
    const { rate, slotMs, hasSlot } = job.data;
    await turns.pass(job.priority);
    if (rate !== undefined && slotMs !== undefined && !hasSlot) {
      const waitMs = await takeSlot(client, job.data.client, slotMs);
      if (waitMs > 0) {
        await job.updateData({ ...job.data, hasSlot: true });
        await job.moveToDelayed(Date.now() + waitMs, token);
        throw new bull.DelayedError();
      }
    }
    const controller = new AbortController();
    running.set(job.id ?? "", controller);
    const meter = startMeter(ledger, job.data, () => worker.concurrency, controller);
    try {
      const report = await run(job.data, { signal: controller.signal, onProgress: teller(job) });
      const lost = report.failed.find(({ code }) => PASSING.includes(code));
      if (lost && job.attemptsMade + 1 < (job.opts.attempts ?? 1)) throw new DownloadError(lost.message);
      return { entries: report.entries, failed: report.failed.length };
    } catch (error) {
      if (controller.signal.reason === CANCELLED) return { isCancelled: true };
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
      await meter.end();
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
    get concurrency() {
      return worker.concurrency;
    },
    set concurrency(count) {
      worker.concurrency = count;
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

/** Writes down the time that is spent on a shard, and ends the work once its batch is cancelled. */
function startMeter(
  ledger: BatchLedger,
  job: ShardJob,
  concurrency: () => number,
  controller: AbortController,
): { end(): Promise<void> } {
  let [since, told] = [performance.now(), Promise.resolve()];
  let isTelling = false;
  const tell = () => {
    if (isTelling) return; // the server does not answer
    const now = performance.now();
    const spent = (now - since) / concurrency();
    since = now;
    isTelling = true;
    told = ledger
      .spend(job, spent)
      .then(
        (isCancelled) => isCancelled && controller.abort(CANCELLED),
        () => undefined,
      )
      .then(() => {
        isTelling = false;
      });
  };
  const timer = setInterval(tell, TELL_MS);
  return {
    async end() {
      clearInterval(timer);
      await told;
      tell();
      await told;
    },
  };
}
