import { setTimeout as sleep } from "node:timers/promises";
import { checkMembers, checkOptions, EngineError, StoreError } from "@sam2js/core";
import { stemOf, uniqueNames } from "@sam2js/media";
import type { BatchEntry, EntryError } from "../entries/batch-entry.js";
import { type BatchPlan, planDigest, readShardEntries, shardName, shardOf } from "../plan/batch-plan.js";
import { type BatchStore, checkStore } from "../store/batch-store.js";
import type { BatchEngine, EntryPlace } from "../work/batch-engine.js";
import { type BatchRecord, failureRecord, recordOf } from "../work/batch-record.js";
import { type FinishedShard, shardFiles } from "./shard-files.js";
import { ShardRecords } from "./shard-records.js";
import { readReport, reportName, type ShardReport } from "./shard-report.js";

/** How a shard is run. */
export interface RunShardOptions {
  /** Do everything anew, also what is done already. */
  readonly isFresh?: boolean | undefined;
  /** Touch one entry at a time: of a process that dies it is known what killed it. Slower. */
  readonly isCareful?: boolean | undefined;
  /** At most so many entries a second are begun. */
  readonly rate?: number | undefined;
  /** Entries that are not tried, with the reason, by their place in the batch. */
  readonly givenUp?: ReadonlyMap<number, EntryError> | undefined;
  /** Ends the work; what is done stays. */
  readonly signal?: AbortSignal | undefined;
  /** Hears of each entry when it is begun and when it is done. */
  readonly onEntry?: ((event: EntryEvent) => void) | undefined;
}

/** How far a shard is. */
export interface EntryEvent {
  /** Place in the batch, from 0. */
  readonly index: number;
  /** `kept` is what was done before. */
  readonly state: "kept" | "begun" | "done" | "failed";
}

/**
 * Does one shard of a batch and writes its files, the report last. It may be run again, or by several at once: the files are the same. What an
 * interrupted run has done is not done again. An entry that fails is listed in the report and the others are done.
 *
 * @throws {StoreError} nothing can be written: a full disk  @throws {EngineError} the device is lost  @throws the signal's reason
 */
export async function runShard(
  store: BatchStore,
  plan: BatchPlan,
  shard: number,
  engine: BatchEngine,
  options: RunShardOptions = {},
): Promise<ShardReport> {
  checkOptions(options, ["isFresh", "isCareful", "rate", "givenUp", "signal", "onEntry"], "runShard options");
  checkStore(store);
  const { isFresh = false, onEntry, signal = new AbortController().signal } = options;
  const { entries: count, first } = shardOf(plan, shard);
  checkMembers(engine, "engine", "an engine with prepare and work", "prepare", "work");
  const finished = isFresh ? undefined : await readReport(store, plan, shard);
  if (finished?.failed.length === 0) {
    for (let index = first; index < first + count; index++) onEntry?.({ index, state: "kept" });
    return finished;
  }
  const entries = await readShardEntries(store, plan, shard);
  const places = placesOf(entries, first, shard);
  const records = new ShardRecords(store, plan, shard);
  try {
    if (!isFresh) {
      await records.loadFinished();
      await records.loadJournals();
    }
    await workAll({ store, entries, places, records, engine, signal }, options);
  } finally {
    await records.close();
  }
  signal.throwIfAborted();
  return finish(store, { plan, shard, entries, places, records, engine, signal });
}

interface Work {
  readonly store: BatchStore;
  readonly entries: readonly BatchEntry[];
  readonly places: readonly EntryPlace[];
  readonly records: ShardRecords;
  readonly engine: BatchEngine;
  readonly signal: AbortSignal;
}

/** One entry after the other, each read and decoded while the one before is worked on. */
async function workAll(work: Work, { isCareful, rate, givenUp, onEntry }: RunShardOptions): Promise<void> {
  const { entries, places, records, engine, signal } = work;
  const open = places.filter(
    ({ index }) => !records.has(index) && !givenUp?.has(index) && !entries[index - places[0]!.index]!.error,
  );
  const prepared = new Map<number, Promise<unknown>>();
  const prepare = ({ index }: EntryPlace): Promise<unknown> => {
    const known = prepared.get(index) ?? engine.prepare(entries[index - places[0]!.index]!, signal);
    prepared.set(index, known);
    known.catch(() => undefined); // awaited in its turn
    return known;
  };
  const pace = pacer(rate, signal);
  for (const place of places) {
    const { index } = place;
    const entry = entries[index - places[0]!.index]!;
    const reason = entry.error ?? givenUp?.get(index);
    if (records.has(index)) {
      onEntry?.({ index, state: "kept" });
      continue;
    }
    signal.throwIfAborted();
    await pace();
    onEntry?.({ index, state: "begun" });
    const record = reason
      ? { ...failureRecord(entry, index, ""), error: reason }
      : await attempt(work, entry, place, () => {
          const mine = prepare(place);
          const next = open[open.indexOf(place) + 1];
          if (next && !isCareful) prepare(next);
          return mine;
        });
    prepared.delete(index);
    await records.add(record);
    onEntry?.({ index, state: record.error ? "failed" : "done" });
  }
}

/** Waits until the next entry may be begun. What was missed is not made up for. */
function pacer(rate: number | undefined, signal: AbortSignal): () => Promise<void> {
  let next = 0;
  return async () => {
    if (rate === undefined) return;
    const waitMs = next - performance.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    next = Math.max(next + 1000 / rate, performance.now());
  };
}

async function attempt(
  { store, engine, signal }: Work,
  entry: BatchEntry,
  place: EntryPlace,
  prepare: () => Promise<unknown>,
): Promise<BatchRecord> {
  try {
    const result = await engine.work(entry, await prepare(), place, signal);
    for (const { name, content } of result.files ?? []) await store.write(name, content, signal);
    return recordOf(entry, place.index, result);
  } catch (error) {
    signal.throwIfAborted();
    const isLost = EngineError.isInstance(error) && error.code === "DEVICE_LOST";
    if (StoreError.isInstance(error) || isLost) throw error;
    return failureRecord(entry, place.index, error);
  }
}

async function finish(store: BatchStore, finished: FinishedShard): Promise<ShardReport> {
  const { plan, shard, records, signal } = finished;
  await records.loadFinished();
  const files: string[] = [];
  for await (const { name, content, isWhole } of shardFiles(finished)) {
    await store.write(name, content, signal);
    if (isWhole) files.push(name);
  }
  let masks = 0;
  const failed: ShardReport["failed"][number][] = [];
  for (const { index, name, error, masks: found } of records.records()) {
    masks += found?.length ?? 0;
    if (error) failed.push({ index, name, ...error });
  }
  const entries = finished.entries.length;
  const report: ShardReport = { plan: planDigest(plan), shard, entries, masks, failed, files };
  await store.write(reportName(shard), `${JSON.stringify(report)}\n`, signal);
  await store.journals?.clear(shardName(shard));
  return report;
}

function placesOf(entries: readonly BatchEntry[], first: number, shard: number): EntryPlace[] {
  const folder = shardName(shard);
  const stems = uniqueNames(entries.map(({ name }) => stemOf(name).replaceAll(".", "_")));
  return entries.map((_, at) => ({ index: first + at, folder, stem: stems[at]! }));
}
