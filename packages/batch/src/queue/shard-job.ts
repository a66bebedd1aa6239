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
  /** Whose it is. */
  readonly client: string;
  /** Entries a second, of all of the client's shards together. */
  readonly rate?: number | undefined;
  /** Time of a shard by that rate. */
  readonly slotMs?: number | undefined;
  /** Whether its slot has come. */
  readonly hasSlot?: boolean | undefined;
}

/** The queue's name in Redis. */
export const QUEUE_NAME = "shards";
/** All keys in Redis begin with this. */
export const KEY_PREFIX = "sam2";

/** The name of a shard's job. A shard that is in the queue is not put there a second time. */
export function jobId(batch: QueuedBatch, shard: number): string {
  return `${batchId(batch)}-${shard}`;
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
