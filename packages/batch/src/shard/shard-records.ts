import { readLines } from "../entries/read-lines.js";
import { type BatchPlan, planDigest, shardName, shardOf } from "../plan/batch-plan.js";
import type { BatchStore, Journal } from "../store/batch-store.js";
import type { BatchRecord } from "../work/batch-record.js";
import { readReport } from "./shard-report.js";

/** Where the records of a shard lie. */
export function recordsName(shard: number): string {
  return `shards/${shardName(shard)}.rle.jsonl`;
}

/**
 * The records of a shard, as lines: a shard has a few hundred of them. What succeeded stays, whoever did it, so a failure of one worker never takes the
 * result of another away.
 */
export class ShardRecords {
  readonly #store: BatchStore;
  readonly #plan: BatchPlan;
  readonly #shard: number;
  readonly #lines = new Map<number, string>();
  readonly #failed = new Set<number>();
  #journal: Journal | undefined;

  constructor(store: BatchStore, plan: BatchPlan, shard: number) {
    this.#store = store;
    this.#plan = plan;
    this.#shard = shard;
  }

  /** Whether an entry is done, and did not fail. */
  has(index: number): boolean {
    return this.#lines.has(index) && !this.#failed.has(index);
  }

  /** Takes a record in and writes it down. A failure is not written: it is tried again the next time. */
  async add(record: BatchRecord): Promise<void> {
    const line = JSON.stringify(record);
    this.#take(line, record);
    const { journals } = this.#store;
    if (!journals || record.error) return;
    if (!this.#journal) {
      this.#journal = await journals.open(shardName(this.#shard));
      await this.#journal.add(planDigest(this.#plan));
    }
    await this.#journal.add(line);
  }

  /** Takes in what others have finished. */
  async loadFinished(): Promise<void> {
    if (!(await readReport(this.#store, this.#plan, this.#shard))) return;
    const name = recordsName(this.#shard);
    for await (const line of readLines(this.#store.read(name), name)) this.#takeText(line);
  }

  /** Takes in what earlier runs have begun. */
  async loadJournals(): Promise<void> {
    const digest = planDigest(this.#plan);
    let isOurs = false;
    for await (const line of this.#store.journals?.lines(shardName(this.#shard)) ?? []) {
      if (/^[0-9a-f]{16}$/.test(line)) isOurs = line === digest;
      else if (isOurs) this.#takeText(line);
    }
  }

  /** All records, in the order of the entries. */
  *lines(): Generator<string> {
    const { first, entries } = shardOf(this.#plan, this.#shard);
    for (let index = first; index < first + entries; index++) yield this.#lines.get(index)!;
  }

  /** The same, parsed. */
  *records(): Generator<BatchRecord> {
    for (const line of this.lines()) yield JSON.parse(line);
  }

  /** Ends the journal; it stays. */
  async close(): Promise<void> {
    await this.#journal?.close();
    this.#journal = undefined;
  }

  /** What was cut off by the end of its process is no record. */
  #takeText(line: string): void {
    let record: Partial<BatchRecord> | null = null;
    try {
      record = JSON.parse(line);
    } catch {
      return;
    }
    if (typeof record?.index === "number") this.#take(line, record as BatchRecord);
  }

  #take(line: string, { index, error }: BatchRecord): void {
    const { first, entries } = shardOf(this.#plan, this.#shard);
    if (index < first || index >= first + entries || (error && this.has(index))) return;
    this.#lines.set(index, line);
    if (error) this.#failed.add(index);
    else this.#failed.delete(index);
  }
}
