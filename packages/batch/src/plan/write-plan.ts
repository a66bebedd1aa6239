import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkIterable, checkList, checkOptions, checkText, InputError } from "@sam2js/core";
import { writeFileWhole } from "@sam2js/runtime-node";
import type { BatchCategory } from "../entries/batch-category.js";
import type { BatchEntry } from "../entries/batch-entry.js";
import { type BatchStore, checkStore } from "../store/batch-store.js";
import {
  type BatchFormat,
  type BatchPlan,
  PLAN_NAME,
  type PlannedShard,
  planDigest,
  readPlan,
} from "./batch-plan.js";

/** What is to be done, before it is cut into shards. */
export interface BatchRequest {
  /** See {@link BatchPlan}. */
  readonly task: string;
  /** Everything that results depend on, as JSON. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What is written. */
  readonly formats: readonly BatchFormat[];
  /** Categories whose numbers are given. */
  readonly categories?: readonly BatchCategory[] | undefined;
  /** How many shards, at most one per entry. Default: of 250 entries each, and 16 or more where there are so many entries. */
  readonly shards?: number | undefined;
}

/** So much of a shard's work is lost at the worst where no journal is kept. */
const SHARD_ENTRIES = 250;
/** So that the processors of one machine share small batches, too. */
const LEAST_SHARDS = 16;
/** The manifest is written in pieces of about this size. */
const PIECE_BYTES = 1 << 18;

/**
 * Writes the manifest of a batch and its plan. Whoever plans the same entries for the same work writes the same bytes, so any number of machines may do
 * it at once. Entries are streamed; eight bytes of memory stay for each, and their ids where they have some.
 *
 * @throws {InputError} there is no entry, some entries have an `id` and some not, two have the same one, or the folder holds another batch
 */
export async function writePlan(
  store: BatchStore,
  entries: Iterable<BatchEntry> | AsyncIterable<BatchEntry>,
  request: BatchRequest,
  signal?: AbortSignal,
): Promise<BatchPlan> {
  checkOptions(request ?? null, ["task", "settings", "formats", "categories", "shards"], "batch");
  checkStore(store);
  checkIterable(entries, "entries", "entries, one for each picture");
  checkText(request.task, "task", "what is done, such as generate");
  checkList(request.formats, "formats", "a list of formats, such as rle and coco");
  const scratch = await mkdtemp(join(tmpdir(), "sam2-plan-"));
  try {
    const draft = join(scratch, "manifest.jsonl");
    const lines = new ManifestLines(entries);
    await writeFileWhole(draft, lines.pieces(), { signal });
    const plan: BatchPlan = {
      version: 1,
      task: request.task,
      settings: request.settings,
      formats: request.formats,
      categories: request.categories ?? [],
      manifest: `manifest-${lines.digest()}.jsonl`,
      entries: lines.count,
      shards: cut(lines, request.shards),
    };
    const before = await readPlan(store);
    if (before) return checkSame(before, plan, store);
    await store.write(plan.manifest, createReadStream(draft), signal);
    const text = `${JSON.stringify(plan)}\n`;
    if (await store.writeNew(PLAN_NAME, text)) return plan;
    return checkSame(await readPlan(store), plan, store);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The lines of a manifest on their way to the disk, and where each begins. */
class ManifestLines {
  readonly #entries: Iterable<BatchEntry> | AsyncIterable<BatchEntry>;
  readonly #hash = createHash("sha256");
  #starts = new Float64Array(1024);
  #bytes = 0;
  #withId = 0;
  /** Of entries that can be done: annotations of two pictures with one id would be taken for those of one. */
  readonly #ids = new Set<number>();
  count = 0;

  constructor(entries: Iterable<BatchEntry> | AsyncIterable<BatchEntry>) {
    this.#entries = entries;
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    let text = "";
    for await (const entry of this.#entries) {
      const line = `${JSON.stringify(entry)}\n`;
      this.#note(Buffer.byteLength(line));
      this.#noteId(entry);
      text += line;
      if (text.length < PIECE_BYTES) continue;
      yield this.#piece(text);
      text = "";
    }
    if (text) yield this.#piece(text);
    if (this.count === 0) throw InputError.expected("batch", "at least one picture", "none");
    if (this.#withId > 0 && this.#withId < this.count) {
      const got = `${this.#withId} of ${this.count}`;
      throw InputError.expected("batch", "an id in every entry or in none", got, "give the others one");
    }
  }

  digest(): string {
    return this.#hash.digest("hex").slice(0, 16);
  }

  /** Where an entry begins; the end of all for the one after the last. */
  startOf(index: number): number {
    return index === this.count ? this.#bytes : this.#starts[index]!;
  }

  #piece(text: string): Uint8Array {
    const bytes = Buffer.from(text);
    this.#hash.update(bytes);
    return bytes;
  }

  #noteId({ id, name, error }: BatchEntry): void {
    if (id === undefined) return;
    this.#withId += 1;
    if (error) return;
    if (this.#ids.has(id)) {
      throw InputError.expected(`${name}: id`, "one of its own", `${id}, which another entry has`);
    }
    this.#ids.add(id);
  }

  #note(length: number): void {
    if (this.count === this.#starts.length) {
      const longer = new Float64Array(2 * this.count);
      longer.set(this.#starts);
      this.#starts = longer;
    }
    this.#starts[this.count] = this.#bytes;
    this.count += 1;
    this.#bytes += length;
  }
}

/** Shards whose sizes differ by one at most. */
function cut(lines: ManifestLines, wanted: number | undefined): PlannedShard[] {
  const { count } = lines;
  const usual = Math.max(Math.ceil(count / SHARD_ENTRIES), LEAST_SHARDS);
  const shards = Math.min(wanted ?? usual, count);
  const firstOf = (shard: number) => Math.floor((shard * count) / shards);
  return Array.from({ length: shards }, (_, shard) => {
    const [first, end] = [firstOf(shard), firstOf(shard + 1)];
    return { first, entries: end - first, from: lines.startOf(first), to: lines.startOf(end) };
  });
}

function checkSame(before: BatchPlan | undefined, plan: BatchPlan, store: BatchStore): BatchPlan {
  if (before && planDigest(before) === planDigest(plan)) return before;
  const keys = Object.keys(plan) as (keyof BatchPlan)[];
  const other = keys.filter((key) => JSON.stringify(before?.[key]) !== JSON.stringify(plan[key]));
  const next = "write to another folder, or go on with what was asked for at first";
  throw InputError.expected(store.where, "no other batch", `one with other ${other.join(", ")}`, next);
}
