import { createHash } from "node:crypto";
import { checkMembers, InputError } from "@sam2js/core";
import type { BatchCategory } from "../entries/batch-category.js";
import type { BatchEntry } from "../entries/batch-entry.js";
import { readLines } from "../entries/read-lines.js";
import { type BatchStore, readText } from "../store/batch-store.js";

/** What a batch can be written as. Records of masks as JSON lines are always written. */
export const BATCH_FORMATS = ["rle", "coco", "png", "tar"] as const;

/** One of {@link BATCH_FORMATS}. */
export type BatchFormat = (typeof BATCH_FORMATS)[number];

/** Entries that are worked on together. */
export interface PlannedShard {
  /** Place of its first entry in the batch, from 0. */
  readonly first: number;
  /** How many entries it has. */
  readonly entries: number;
  /** Where its lines begin and end in the manifest. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** All that a worker has to know of a batch; `plan.json` in its folder. */
export interface BatchPlan {
  /** Of this file's form. */
  readonly version: 1;
  /** What is done: `generate`, `segment`, `track`. */
  readonly task: string;
  /** Everything else that results depend on, as JSON. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What is written. */
  readonly formats: readonly BatchFormat[];
  /** Categories whose numbers are given; others come after them. */
  readonly categories: readonly BatchCategory[];
  /** The file with the entries. It is named by its content. */
  readonly manifest: string;
  /** How many entries there are. */
  readonly entries: number;
  /** In the order of the manifest. */
  readonly shards: readonly PlannedShard[];
}

/** Where the plan lies in its folder. */
export const PLAN_NAME = "plan.json";

/** @throws {InputError} `plan` is none: `readPlan` gives undefined where there is none yet */
export function checkPlan(plan: unknown): void {
  checkMembers(
    plan,
    "plan",
    "the plan of a batch, as writePlan(…) or readPlan(…) gives it",
    "manifest",
    "shards",
  );
}

/** Tells one plan from another: 16 hexadecimal digits. */
export function planDigest(plan: BatchPlan): string {
  checkPlan(plan);
  return createHash("sha256").update(JSON.stringify(plan)).digest("hex").slice(0, 16);
}

/** The plan of a batch; undefined where there is none. @throws {InputError} the file is none, or of another release */
export async function readPlan(store: BatchStore): Promise<BatchPlan | undefined> {
  const text = await readText(store, PLAN_NAME);
  if (text === undefined) return undefined;
  let plan: Partial<BatchPlan> | null = null;
  try {
    plan = JSON.parse(text);
  } catch {
    // said below
  }
  if (plan?.version !== 1 || !Array.isArray(plan.shards) || typeof plan.manifest !== "string") {
    const next = "choose another folder, or take the file away and plan again";
    throw InputError.expected(`${store.where}/${PLAN_NAME}`, "a plan of version 1", "another file", next);
  }
  return plan as BatchPlan;
}

/** The name of a shard's files: its number from 0, with at least five digits. */
export function shardName(shard: number): string {
  return String(shard).padStart(5, "0");
}

/** A shard of a plan. @throws {InputError} the plan has no shard of this number */
export function shardOf(plan: BatchPlan, shard: number): PlannedShard {
  checkPlan(plan);
  const found = plan.shards[shard];
  if (found) return found;
  throw InputError.expected("shard", `a number from 0 to ${plan.shards.length - 1}`, shard);
}

/** The entries of a shard, in order. @throws {NotFoundError} the manifest is gone */
export async function readShardEntries(
  store: BatchStore,
  plan: BatchPlan,
  shard: number,
): Promise<BatchEntry[]> {
  const { from, to } = shardOf(plan, shard);
  const entries: BatchEntry[] = [];
  if (to === from) return entries;
  for await (const line of readLines(store.read(plan.manifest, { from, to }), plan.manifest)) {
    entries.push(JSON.parse(line) as BatchEntry);
  }
  return entries;
}
