import type { Redis } from "ioredis";
import { batchId, KEY_PREFIX, type QueuedBatch } from "./shard-job.js";

/** What is known of a batch is forgotten so long after the last work on it. */
const KEPT_SECONDS = 30 * 24 * 3600;

/** What Redis knows of batches beside their shards: the time that was spent, and whether they were cancelled. */
export class BatchLedger {
  readonly #client: Redis;

  constructor(client: Redis) {
    this.#client = client;
  }

  /** Adds time of a machine. @returns whether the batch was cancelled */
  async spend(batch: QueuedBatch, ms: number): Promise<boolean> {
    const [spent, cancelled] = keysOf(batch);
    const answers = await this.#client
      .multi()
      .incrby(spent, Math.round(ms))
      .expire(spent, KEPT_SECONDS)
      .exists(cancelled)
      .exec();
    return answers?.[2]?.[1] === 1;
  }

  /** Time that machines spent on a batch, also in tries that came to nothing, in ms. */
  async spentMs(batch: QueuedBatch): Promise<number> {
    return Number((await this.#client.get(keysOf(batch)[0])) ?? 0);
  }

  /** Lets workers that are at a batch leave it. */
  async cancel(batch: QueuedBatch): Promise<void> {
    await this.#client.set(keysOf(batch)[1], 1, "EX", KEPT_SECONDS);
  }

  /** Whether a batch was cancelled since it was last put into the queue. */
  async isCancelled(batch: QueuedBatch): Promise<boolean> {
    return (await this.#client.exists(keysOf(batch)[1])) === 1;
  }

  /** Takes {@link cancel} back. */
  async reopen(batch: QueuedBatch): Promise<void> {
    await this.#client.del(keysOf(batch)[1]);
  }
}

function keysOf(batch: QueuedBatch): [spent: string, cancelled: string] {
  const id = batchId(batch);
  return [`${KEY_PREFIX}:spent:${id}`, `${KEY_PREFIX}:cancelled:${id}`];
}
