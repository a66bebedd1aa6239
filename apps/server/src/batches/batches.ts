import { randomUUID } from "node:crypto";
import {
  BATCH_FORMATS,
  type BatchStore,
  isS3,
  openStore,
  readPlan,
  readText,
  writePlan,
} from "@sam2js/batch";
import { type QueueTerms, ShardQueue } from "@sam2js/batch/queue";
import { InputError, NotFoundError } from "@sam2js/core";
import type { Tenant } from "../access/tenants.js";
import type { ModelChoice } from "../engine/load-model.js";
import { RequestError } from "../errors/request-error.js";
import type { ServerLimits } from "../limits.js";
import { BatchRun, STATE_NAME } from "./batch-run.js";
import type { BatchAsked, BatchState } from "./batch-schemas.js";
import { entriesOf } from "./batch-sources.js";
import { type BatchesOptions, USUAL_FORMATS } from "./batches-options.js";

/** How a batch goes into the queue, in its folder. */
const TERMS_NAME = "terms.json";
const PRIORITY = 10;
/** A part is tried so often. */
const ATTEMPTS = 5;

/** The batches of all tenants: planned here, done by the workers of a queue. */
export class Batches {
  readonly #options: BatchesOptions;
  readonly #queue: ShardQueue;
  readonly #limits: Pick<ServerLimits, "maxBatches">;
  readonly #isDraining: () => boolean;
  readonly #runs = new Map<string, BatchRun>();
  readonly #opening = new Map<string, Promise<BatchRun | undefined>>();

  private constructor(
    options: BatchesOptions,
    queue: ShardQueue,
    limits: Pick<ServerLimits, "maxBatches">,
    isDraining: () => boolean,
  ) {
    this.#options = options;
    this.#queue = queue;
    this.#limits = limits;
    this.#isDraining = isDraining;
  }

  /** Connects to the queue. @throws {DownloadError} nobody answers */
  static async open(
    options: BatchesOptions,
    limits: Pick<ServerLimits, "maxBatches">,
    isDraining: () => boolean,
  ): Promise<Batches> {
    return new Batches(options, await ShardQueue.connect(options.queue), limits, isDraining);
  }

  /** Plans a batch and puts it into the queue. @throws {RequestError} 429: too many go on  @throws {InputError} what is asked for is not right */
  async start(tenant: Tenant, asked: BatchAsked, model: ModelChoice, signal: AbortSignal): Promise<BatchRun> {
    const running = [...this.#runs.values()].filter(({ job }) => !job.isDone).length;
    if (running >= this.#limits.maxBatches) {
      const refusal = { status: 429, retryAfterSeconds: 60 };
      throw new RequestError("RATE_LIMITED", `${running} batches go on; wait until one has ended`, refusal);
    }
    const { task, formats = USUAL_FORMATS, shards, priority = PRIORITY, rate, precision } = asked;
    const { maxHoleArea, maxSprinkleArea } = asked;
    const isMasks = task === "generate" || task === "segment";
    const wrong = isMasks && formats.find((format) => !BATCH_FORMATS.some((known) => known === format));
    if (wrong) throw InputError.expected("formats", BATCH_FORMATS.join(", "), wrong);
    const id = randomUUID();
    const store = await this.#storeOf(tenant, id);
    const source = this.#options.source.replaceAll("{tenant}", tenant);
    const settings = this.#options.settingsOf({
      task,
      model,
      precision,
      maxHoleArea,
      maxSprinkleArea,
      ...(task === "generate" && { generation: generationOf(asked) }),
      ...(task === "track" && { videoFormats: formats }),
    });
    const request = { task, settings, formats: isMasks ? (formats as ["coco"]) : [], shards };
    const plan = await writePlan(store, entriesOf(asked, source), request, signal);
    const terms: QueueTerms = { priority, client: tenant, attempts: ATTEMPTS, ...(rate && { rate }) };
    await store.write(TERMS_NAME, JSON.stringify(terms));
    return this.#watch(new BatchRun(id, tenant, store, plan), terms);
  }

  /** A tenant's batch, also one that an earlier process of the server began. @throws {NotFoundError} the tenant has none of this id */
  async find(tenant: Tenant, id: string): Promise<BatchRun> {
    const known = this.#runs.get(id);
    // What the queue or the store ended is looked at again.
    const isOver = known?.job.isDone && known.state.state === "running";
    const key = `${tenant}/${id}`;
    let run = isOver ? undefined : known;
    if (!run) {
      const opening = this.#opening.get(key) ?? this.#open(tenant, id);
      this.#opening.set(key, opening);
      run = await opening.finally(() => this.#opening.delete(key));
    }
    if (run?.job.tenant === tenant) return run;
    throw NotFoundError.expected("batch", "one of this tenant", JSON.stringify(id));
  }

  /** Takes a batch out of the queue; workers leave what they are at. */
  async cancel(run: BatchRun): Promise<void> {
    await run.cancel();
    await this.#queue.cancel(run.queued);
  }

  /** Ends the watching. Workers go on, and the next process of the server finds what they do. */
  async dispose(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => run.cancel()));
    await this.#queue.close();
  }

  async #open(tenant: Tenant, id: string): Promise<BatchRun | undefined> {
    const store = await this.#storeOf(tenant, id);
    const [plan, terms] = [await readPlan(store), await readJson<QueueTerms>(store, TERMS_NAME)];
    if (!plan || !terms) return undefined;
    const state = await readJson<BatchState>(store, STATE_NAME);
    const run = new BatchRun(id, tenant, store, plan, state);
    return state ? this.#keep(run) : this.#watch(run, terms);
  }

  #watch(run: BatchRun, terms: QueueTerms): BatchRun {
    run.watch(this.#options.queue, terms, this.#isDraining);
    return this.#keep(run);
  }

  /** Those that ended first are forgotten first; they are in their folders. */
  #keep(run: BatchRun): BatchRun {
    this.#runs.set(run.job.id, run);
    for (const [id, { job }] of this.#runs) {
      if (this.#runs.size <= 2 * this.#limits.maxBatches) break;
      if (job.isDone) this.#runs.delete(id);
    }
    return run;
  }

  async #storeOf(tenant: Tenant, id: string): Promise<BatchStore> {
    const { out } = this.#options;
    return openStore(`${isS3(out) ? out.replace(/\/+$/, "") : out}/${tenant}/${id}`);
  }
}

/** What of a request is left for the generation. */
function generationOf({
  task: _task,
  images: _images,
  folder: _folder,
  model: _model,
  formats: _formats,
  shards: _shards,
  priority: _priority,
  rate: _rate,
  precision: _precision,
  ...generation
}: BatchAsked) {
  return generation;
}

async function readJson<T>(store: BatchStore, name: string): Promise<T | undefined> {
  const text = await readText(store, name);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
