import { checkOptions, InputError } from "@sam2js/core";
import type { FileContent } from "@sam2js/runtime-node";
import { type BatchPlan, checkPlan } from "../plan/batch-plan.js";
import { recordsName } from "../shard/shard-records.js";
import { type FailedEntry, readReports } from "../shard/shard-report.js";
import { type BatchStore, checkStore } from "../store/batch-store.js";
import { joinCoco } from "./join-coco.js";

/** How a batch is merged. */
export interface MergeOptions {
  /** Merge what is done, also where shards are missing. */
  readonly isPartial?: boolean | undefined;
  /** Ends the merging; files that were there stay. */
  readonly signal?: AbortSignal | undefined;
}

/** What a merged batch holds. */
export interface MergedBatch {
  /** Entries in the shards that are done, those that failed among them. */
  readonly entries: number;
  /** Masks in all. */
  readonly masks: number;
  /** What failed, in order; `failures.jsonl` lists it, too. */
  readonly failed: readonly FailedEntry[];
  /** Shards that are not done. */
  readonly missing: readonly number[];
  /** Files written. */
  readonly files: readonly string[];
}

/** A message names so many of the missing. */
const NAMED = 10;

/**
 * Joins the shards of a batch: `coco.json` where the batch has COCO shards, `rle.jsonl` with all records, and `failures.jsonl`. Files are read and
 * written line by line, so memory does not grow with them.
 *
 * @throws {InputError} shards are not done  @throws {StoreError} no room
 */
export async function mergeBatch(
  store: BatchStore,
  plan: BatchPlan,
  options: MergeOptions = {},
): Promise<MergedBatch> {
  checkOptions(options, ["isPartial", "signal"], "mergeBatch options");
  checkStore(store);
  checkPlan(plan);
  const { isPartial = false, signal } = options;
  const shards: number[] = [];
  const missing: number[] = [];
  const failed: FailedEntry[] = [];
  let [entries, masks] = [0, 0];
  let shard = 0;
  for await (const report of readReports(store, plan)) {
    (report ? shards : missing).push(shard++);
    if (!report) continue;
    entries += report.entries;
    masks += report.masks;
    for (const each of report.failed) failed.push(each);
  }
  if (missing.length > 0 && !isPartial) {
    const names = `${missing.slice(0, NAMED).join(", ")}${missing.length > NAMED ? ", …" : ""}`;
    const got = `${shards.length}; not done: ${names}`;
    throw InputError.expected(store.where, `${plan.shards.length} shards that are done`, got, "finish them");
  }
  const files: string[] = [];
  const write = async (name: string, content: FileContent) => {
    await store.write(name, content, signal);
    files.push(name);
  };
  if (plan.formats.includes("coco")) await write("coco.json", joinCoco(store, plan, shards));
  await write("rle.jsonl", joined(store, shards.map(recordsName)));
  await write("failures.jsonl", failed.map((each) => `${JSON.stringify(each)}\n`).join(""));
  return { entries, masks, failed, missing, files };
}

async function* joined(store: BatchStore, names: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const name of names) yield* store.read(name);
}
