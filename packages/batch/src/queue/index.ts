export {
  type QueueWorker,
  type QueueWorkerOptions,
  type ShardContext,
  startQueueWorker,
} from "./queue-worker.js";
export type { QueuedBatch, ShardJob } from "./shard-job.js";
export { type DeadLetter, type QueueCounts, type QueueTerms, ShardQueue } from "./shard-queue.js";
export { PRIORITIES } from "./turns.js";
export { type QueueProgress, type WatchOptions, watchBatch } from "./watch-batch.js";
