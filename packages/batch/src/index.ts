export type { BatchCategory } from "./entries/batch-category.js";
export { type BatchEntry, type EntryError, parseEntry } from "./entries/batch-entry.js";
export { type BoxEntries, cocoBoxes } from "./entries/coco-boxes.js";
export { listEntries, manifestEntries, type ResolveImage } from "./entries/line-entries.js";
export { readLines } from "./entries/read-lines.js";
export { type YoloObject, yoloBoxes, yoloToBox } from "./entries/yolo-boxes.js";
export { type MergedBatch, type MergeOptions, mergeBatch } from "./merge/merge-batch.js";
export { openStore } from "./open-store.js";
export {
  BATCH_FORMATS,
  type BatchFormat,
  type BatchPlan,
  type PlannedShard,
  planDigest,
  readPlan,
} from "./plan/batch-plan.js";
export { type BatchRequest, writePlan } from "./plan/write-plan.js";
export { isS3 } from "./s3/s3-address.js";
export { type EntryEvent, type RunShardOptions, runShard } from "./shard/run-shard.js";
export { type FailedEntry, readReport, readReports, type ShardReport } from "./shard/shard-report.js";
export {
  type BatchStore,
  type ByteRange,
  type Journal,
  type JournalFolder,
  readText,
} from "./store/batch-store.js";
export { createFolderStore } from "./store/folder-store.js";
export type { BatchEngine, EntryPlace, EntryResult, FoundMask } from "./work/batch-engine.js";
export type { BatchRecord, RecordMask } from "./work/batch-record.js";
