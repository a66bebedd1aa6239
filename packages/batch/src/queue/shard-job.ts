import { createHash } from "node:crypto";

/** A batch in a queue. */
export interface QueuedBatch {
  /** Where it lies, by a path or address that every worker can open. */
  readonly out: string;
  /** The digest of its plan. */
  readonly plan: string;
}

/** One shard of a batch, as the queue has it. */
export interface ShardJob extends QueuedBatch {
  /** Its number, from 0. */
  readonly shard: number;
}

/** The queue's name in Redis. */
export const QUEUE_NAME = "shards";

/** The name of a shard's job. A shard that is in the queue is not put there a second time. */
export function jobId({ out, plan, shard }: ShardJob): string {
  return `${batchId({ out, plan })}-${shard}`;
}

/** What the names of all jobs of a batch begin with. */
export function batchId({ out, plan }: QueuedBatch): string {
  return `${plan}-${createHash("sha256").update(out).digest("hex").slice(0, 8)}`;
}

/** The shard of a job of this batch; undefined for another's. */
export function shardOfJob(id: string, batch: QueuedBatch): number | undefined {
  const start = `${batchId(batch)}-`;
  return id.startsWith(start) ? Number(id.slice(start.length)) : undefined;
}
