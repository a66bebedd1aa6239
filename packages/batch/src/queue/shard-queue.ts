import type { Job, Queue } from "bullmq";
import { connectRedis, type RedisConnection } from "./connect-redis.js";
import { batchId, jobId, QUEUE_NAME, type QueuedBatch, type ShardJob } from "./shard-job.js";

/** How many shards are where. */
export interface QueueCounts {
  /** Free to be taken. */
  readonly waiting: number;
  /** Being worked on. */
  readonly active: number;
  /** To be tried again after a pause. */
  readonly delayed: number;
  /** Given up: the dead letters. */
  readonly failed: number;
}

/** A shard that was given up. */
export interface DeadLetter extends ShardJob {
  /** Why, for people. */
  readonly reason: string;
}

/** Keys of all queues in Redis begin with this. */
export const KEY_PREFIX = "sam2";

/** How shards are put into a queue. */
export interface QueueTerms {
  /** 1 and up, the lowest first; shards of equal priority in the order in which they came. */
  readonly priority: number;
  /** A shard is tried so often before it is given up. */
  readonly attempts: number;
}

/** The pause before the second try; it doubles with each. */
const BACKOFF_MS = 5000;
/** Jobs go to Redis in parcels of so many. */
const PARCEL = 1000;
const OPEN_STATES = ["waiting", "prioritized", "delayed"] as const;

/** The shards of all batches that are to be done, in Redis or Valkey. */
export class ShardQueue {
  readonly #connection: RedisConnection;
  readonly #queue: Queue<ShardJob>;

  private constructor(connection: RedisConnection) {
    const { bull, client } = connection;
    this.#connection = connection;
    this.#queue = new bull.Queue<ShardJob>(QUEUE_NAME, { connection: client, prefix: KEY_PREFIX });
    this.#queue.on("error", () => undefined); // a lost connection; it is tried again
  }

  /** Connects. @throws as {@link connectRedis} */
  static async connect(url: string): Promise<ShardQueue> {
    return new ShardQueue(await connectRedis(url));
  }

  /** Puts shards into the queue; those that are there already are left as they are. */
  async add(
    batch: QueuedBatch,
    shards: readonly number[],
    { priority, attempts }: QueueTerms,
  ): Promise<void> {
    for (let at = 0; at < shards.length; at += PARCEL) {
      const jobs = shards.slice(at, at + PARCEL).map((shard) => {
        const data = { ...batch, shard };
        const opts = {
          jobId: jobId(data),
          priority,
          attempts,
          backoff: { type: "exponential", delay: BACKOFF_MS, jitter: 0.5 },
          removeOnComplete: true,
        };
        return { name: "shard", data, opts };
      });
      await this.#queue.addBulk(jobs);
    }
  }

  /** How many shards of all batches are where. */
  async counts(): Promise<QueueCounts> {
    const found = await this.#queue.getJobCounts("waiting", "prioritized", "active", "delayed", "failed");
    const { waiting = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = found;
    return { waiting: waiting + prioritized, active, delayed, failed };
  }

  /** How many workers listen. Some servers do not allow to ask for it. */
  async workerCount(): Promise<number> {
    return this.#queue.getWorkersCount();
  }

  /** Shards that were given up: of one batch, or of all. */
  async deadLetters(batch?: QueuedBatch): Promise<DeadLetter[]> {
    const jobs = await this.#jobs(["failed"], batch);
    return jobs.map(({ data, failedReason }) => ({ ...data, reason: failedReason }));
  }

  /** Puts shards that were given up back. @returns how many */
  async retry(batch?: QueuedBatch): Promise<number> {
    const jobs = await this.#jobs(["failed"], batch);
    for (const job of jobs) await job.retry("failed", { resetAttemptsMade: true });
    return jobs.length;
  }

  /** Takes out what nobody works on. @returns how many shards */
  async cancel(batch?: QueuedBatch): Promise<number> {
    const jobs = await this.#jobs([...OPEN_STATES, "failed"], batch);
    for (const job of jobs) await job.remove();
    return jobs.length;
  }

  /** Ends the connection; the queue stays. */
  async close(): Promise<void> {
    await this.#queue.close();
    this.#connection.client.disconnect();
  }

  /** Of thousands of jobs the names are read first, so that only a batch's own are fetched. */
  async #jobs(
    states: readonly ("failed" | (typeof OPEN_STATES)[number])[],
    batch: QueuedBatch | undefined,
  ): Promise<Job<ShardJob>[]> {
    const found: Job<ShardJob>[] = [];
    for (const state of states) {
      const ids = await this.#queue.getRanges([state]);
      for (const id of ids) {
        if (batch && !id.startsWith(`${batchId(batch)}-`)) continue;
        const job = await this.#queue.getJob(id);
        if (job) found.push(job);
      }
    }
    return found;
  }
}
