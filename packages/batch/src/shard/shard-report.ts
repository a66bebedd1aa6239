import { type BatchPlan, checkPlan, planDigest, shardName } from "../plan/batch-plan.js";
import { type BatchStore, readText } from "../store/batch-store.js";

/** An entry that failed. */
export interface FailedEntry {
  /** Place in the batch, from 0. */
  readonly index: number;
  /** The entry's. */
  readonly name: string;
  /** A code of `Sam2ErrorCodes`. */
  readonly code: string;
  /** For people. */
  readonly message: string;
}

/** What became of a shard; it is written last, so where it is, everything is. */
export interface ShardReport {
  /** Digest of the plan that it belongs to. */
  readonly plan: string;
  /** Its number, from 0. */
  readonly shard: number;
  /** How many entries it has. */
  readonly entries: number;
  /** How many masks were found. */
  readonly masks: number;
  /** In order. */
  readonly failed: readonly FailedEntry[];
  /** Files of the whole shard, relative to the batch's folder. */
  readonly files: readonly string[];
}

/** Where the report of a shard lies. */
export function reportName(shard: number): string {
  return `shards/${shardName(shard)}.done.json`;
}

/** The report of a shard that was finished by this plan and whose files are there; undefined where it is not. */
export async function readReport(
  store: BatchStore,
  plan: BatchPlan,
  shard: number,
): Promise<ShardReport | undefined> {
  const report = parseReport(await readText(store, reportName(shard)));
  if (report?.plan !== planDigest(plan)) return undefined;
  for (const file of report.files) if (!(await store.has(file))) return undefined;
  return report;
}

/** So many reports are asked for at a time: a bucket takes its time for each. */
const AHEAD = 16;

/** The reports of all shards in order, as {@link readReport} gives them. */
export async function* readReports(
  store: BatchStore,
  plan: BatchPlan,
): AsyncGenerator<ShardReport | undefined, void> {
  checkPlan(plan);
  for (let at = 0; at < plan.shards.length; at += AHEAD) {
    const parcel = plan.shards.slice(at, at + AHEAD);
    yield* await Promise.all(parcel.map((_, index) => readReport(store, plan, at + index)));
  }
}

function parseReport(text: string | undefined): ShardReport | undefined {
  try {
    const report: Partial<ShardReport> | null = text === undefined ? null : JSON.parse(text);
    return Array.isArray(report?.files) && Array.isArray(report.failed) ? (report as ShardReport) : undefined;
  } catch {
    return undefined;
  }
}
