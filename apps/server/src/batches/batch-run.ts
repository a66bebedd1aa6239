import { randomUUID } from "node:crypto";
import { type BatchPlan, type BatchStore, mergeBatch, planDigest, type ShardReport } from "@sam2js/batch";
import { type QueueTerms, watchBatch } from "@sam2js/batch/queue";
import { NotFoundError } from "@sam2js/core";
import type { Tenant } from "../access/tenants.js";
import { Job } from "../engine/jobs.js";
import { toProblem } from "../errors/problem.js";
import { RequestError } from "../errors/request-error.js";
import type { BatchState } from "./batch-schemas.js";

/** Progress is told no more often. */
const PROGRESS_MS = 2000;
/** So many failures stand in the state of a batch. */
const LISTED = 100;
const HOUR_MS = 3_600_000;
/** The end of a batch, in its folder: it outlives the server. */
export const STATE_NAME = "state.json";

/** Why a batch that nobody wants any more ends. */
const CANCELLED = RequestError.unavailable("the batch was cancelled");

/** A batch that workers do, watched: its state, and a job with its events. */
export class BatchRun {
  readonly job: Job;
  /** Goes before the ids of its events, since another process of the server counts anew. */
  readonly epoch = randomUUID().slice(0, 8);
  readonly store: BatchStore;
  readonly plan: BatchPlan;
  #state: BatchState;
  #watching: Promise<void> = Promise.resolve();

  constructor(id: string, tenant: Tenant, store: BatchStore, plan: BatchPlan, state?: BatchState) {
    this.job = new Job(tenant, undefined, id);
    this.store = store;
    this.plan = plan;
    const none = { total: plan.entries, done: 0, failed: 0, masks: 0, machineHours: 0 };
    const lists = { files: [], failures: [], givenUp: [] };
    this.#state = state ?? { id, task: plan.task, state: "running", ...none, ...lists };
    if (state) this.#tellEnd();
  }

  /** How far it is. */
  get state(): BatchState {
    return this.#state;
  }

  /** What the queue calls it. */
  get queued(): { readonly out: string; readonly plan: string } {
    return { out: this.store.where, plan: planDigest(this.plan) };
  }

  /** Puts it into the queue and follows it to its end. Ends early, and tells nothing, where the server stops. */
  watch(url: string, terms: QueueTerms, isDraining: () => boolean): void {
    this.#watching = this.#watch(url, terms, isDraining);
  }

  /** Ends the watching; what the queue has of it is taken out by the caller. */
  async cancel(): Promise<void> {
    this.job.cancel(CANCELLED);
    await this.#watching;
  }

  async #watch(url: string, terms: QueueTerms, isDraining: () => boolean): Promise<void> {
    const { signal } = this.job;
    try {
      const dead = await watchBatch(url, this.store, this.plan, {
        ...terms,
        signal,
        onProgress: this.#progress(),
        onShard: (report) => this.#shard(report),
      });
      if (dead.length > 0) {
        const givenUp = dead.map(({ shard, reason }) => ({ shard, reason }));
        await this.#end({ state: "failed", givenUp });
      } else {
        const { files, entries, masks, failed } = await mergeBatch(this.store, this.plan, { signal });
        await this.#end({ state: "done", files: [...files], done: entries, masks, failed: failed.length });
      }
    } catch (error) {
      if (isDraining()) this.job.end();
      else if (signal.aborted || NotFoundError.isInstance(error)) await this.#end({ state: "cancelled" });
      else this.#fail(error);
    }
  }

  #progress() {
    let toldMs = 0;
    return ({ done, spentMs }: { readonly done: number; readonly spentMs: number }) => {
      this.#state = { ...this.#state, done, machineHours: spentMs / HOUR_MS };
      if (performance.now() - toldMs < PROGRESS_MS) return;
      toldMs = performance.now();
      const { total, machineHours } = this.#state;
      this.job.add("progress", { done, total, machineHours });
    };
  }

  #shard({ shard, entries, masks, failed }: ShardReport): void {
    const failures = [...this.#state.failures, ...failed].slice(0, LISTED);
    const [allFailed, allMasks] = [this.#state.failed + failed.length, this.#state.masks + masks];
    this.#state = { ...this.#state, failed: allFailed, masks: allMasks, failures };
    this.job.add("shard", { shard, entries, masks, failed: failed.length });
  }

  async #end(change: Partial<BatchState>): Promise<void> {
    this.#state = { ...this.#state, ...change };
    await this.store.write(STATE_NAME, JSON.stringify(this.#state)).catch(() => undefined); // found again by the queue
    this.#tellEnd();
  }

  #tellEnd(): void {
    const { state, givenUp } = this.#state;
    if (state === "done") this.job.add("done", this.#state);
    else {
      const reason = givenUp[0] ? `${givenUp.length} parts were given up: ${givenUp[0].reason}` : "";
      const error = state === "cancelled" ? CANCELLED : RequestError.unavailable(reason);
      this.job.add("problem", toProblem(error, this.job.id).problem);
    }
    this.job.end();
  }

  /** The queue or the store cannot be reached: it may be gone on with later. */
  #fail(error: unknown): void {
    this.job.add("problem", toProblem(error, this.job.id).problem);
    this.job.end();
  }
}
