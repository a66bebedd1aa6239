import type { Job, Queue } from "bullmq";
import { BatchLedger } from "./batch-ledger.js";
import { connectRedis, type RedisConnection } from "./connect-redis.js";
import { batchId, jobId, KEY_PREFIX, QUEUE_NAME, type QueuedBatch, type ShardJob } from "./shard-job.js";
import { Turns } from "./turns.js";

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
export interface DeadLetter extends QueuedBatch {
  /** Its number, from 0. */
  readonly shard: number;
  /** Why, for people. */
  readonly reason: string;
}

/** How shards are put into a queue. */
export interface QueueTerms {
  /** 1 to 15, the lowest first. */
  readonly priority: number;
  /** Whose shards they are: clients of one priority take turns, a shard each. */
  readonly client: string;
  /** A shard is tried so often before it is given up. */
  readonly attempts: number;
  /** At most so many entries a second, of all shards of the client together, whoever does them. */
  readonly rate?: number | undefined;
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
  readonly #turns: Turns;
  readonly #ledger: BatchLedger;

  private constructor(connection: RedisConnection) {
    const { bull, client } = connection;
    this.#connection = connection;
    this.#queue = new bull.Queue<ShardJob>(QUEUE_NAME, { connection: client, prefix: KEY_PREFIX });
    this.#turns = new Turns(client);
    this.#ledger = new BatchLedger(client);
    this.#queue.on("error", () => undefined); // a lost connection; it is tried again
  }

  /**
   * Connects, and stays connected through restarts of the server.
   *
   * @param url  `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS
   * @throws {InputError} it is no such URL
   * @throws {UnsupportedError} the libraries are not installed
   * @throws {DownloadError} nobody answers
   */
  static async connect(url: string): Promise<ShardQueue> {
    return new ShardQueue(await connectRedis(url));
  }

  /**
   * Puts shards into the queue; those that are there already are left as they are.
   *
   * @param slotMs  time of a shard by the client's rate, where it has one
   * @throws {InputError} there is no such priority
   */
  async add(
    batch: QueuedBatch,
    shards: readonly number[],
    { priority, client, attempts, rate }: QueueTerms,
    slotMs?: number,
  ): Promise<void> {
    if (shards.length === 0) return;
    const { waiting, delayed } = await this.counts();
    if (waiting + delayed === 0) await this.#turns.reset();
    const priorities = await this.#turns.reserve(priority, client, shards.length);
    for (let at = 0; at < shards.length; at += PARCEL) {
      const jobs = shards.slice(at, at + PARCEL).map((shard, index) => {
        const data: ShardJob = { ...batch, shard, client, ...(rate !== undefined && { rate, slotMs }) };
        const opts = {
          jobId: jobId(batch, shard),
          priority: priorities[at + index]!,
          attempts,
          backoff: { type: "exponential", delay: BACKOFF_MS, jitter: 0.5 },
          removeOnComplete: true,
        };
        return { name: "shard", data, opts };
      });
      await this.#queue.addBulk(jobs);
    }
  }

  /** Which of a batch's shards the queue does not have: they are done, or forgotten. */
  async missing(batch: QueuedBatch, shards: readonly number[]): Promise<number[]> {
    const asked = this.#connection.client.pipeline();
    for (const shard of shards) asked.exists(this.#queue.toKey(jobId(batch, shard)));
    const answers = (await asked.exec()) ?? [];
    return shards.filter((_, at) => answers[at]?.[1] === 0);
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
    return jobs.map(({ data: { out, plan, shard }, failedReason }) => ({
      out,
      plan,
      shard,
      reason: failedReason,
    }));
  }

  /** Puts shards that were given up back. @returns how many */
  async retry(batch?: QueuedBatch): Promise<number> {
    const jobs = await this.#jobs(["failed"], batch);
    for (const job of jobs) await job.retry("failed", { resetAttemptsMade: true });
    return jobs.length;
  }

  /** Takes shards out, and lets workers leave those that they are at. @returns how many shards nobody was at */
  async cancel(batch?: QueuedBatch): Promise<number> {
    const active = await this.#jobs(["active"], batch);
    const jobs = await this.#jobs([...OPEN_STATES, "failed"], batch);
    const batches = batch ? [batch] : [...active, ...jobs].map(({ data }) => data);
    for (const each of new Map(batches.map((found) => [batchId(found), found])).values())
      await this.#ledger.cancel(each);
    for (const job of jobs) await job.remove().catch(() => undefined); // a worker has just taken it
    return jobs.length;
  }

  /** Whether a batch was cancelled since it was put into the queue. */
  async isCancelled(batch: QueuedBatch): Promise<boolean> {
    return this.#ledger.isCancelled(batch);
  }

  /** Forgets that a batch was cancelled. */
  async reopen(batch: QueuedBatch): Promise<void> {
    await this.#ledger.reopen(batch);
  }

  /**
   * Time that machines spent on a batch, in ms: a worker that does n shards at a time spends an n-th of its time on each. Tries that came to nothing count,
   * idle workers do not.
   */
  async spentMs(batch: QueuedBatch): Promise<number> {
    return this.#ledger.spentMs(batch);
  }

  /** Ends the connection; the queue stays. */
  async close(): Promise<void> {
    await this.#queue.close();
    this.#connection.client.disconnect();
  }

  /** Of thousands of jobs the names are read first, so that only a batch's own are fetched. */
  async #jobs(
    states: readonly ("failed" | "active" | (typeof OPEN_STATES)[number])[],
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
