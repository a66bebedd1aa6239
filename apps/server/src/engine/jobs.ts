import { randomUUID } from "node:crypto";
import type { Tenant } from "../access/tenants.js";
import { RequestError } from "../errors/request-error.js";

/** One event of a job, numbered from 1. */
export interface JobEvent {
  readonly id: number;
  readonly type: string;
  /** Goes as JSON. */
  readonly data: unknown;
}

/** A job without readers ends after so long: a client that lost its connection has this time to come back. */
const ABANDONED_MS = 30_000;

/** Work whose events may be read while it goes on, from any point and by several readers. */
export class Job {
  readonly id: string;
  readonly tenant: Tenant;
  /** Aborts when the job is cancelled, abandoned, or out of time. */
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #events: JobEvent[] = [];
  readonly #deadline: NodeJS.Timeout | undefined;
  readonly #mayBeLeft: boolean;
  readonly #waiting = new Set<() => void>();
  #abandoned: NodeJS.Timeout | undefined;
  #readers = 0;
  #isDone = false;

  /** @param maxMs  time that it has; without it, it goes on as long as it takes, whether somebody reads its events or not */
  constructor(tenant: Tenant, maxMs: number | undefined, id: string = randomUUID()) {
    this.tenant = tenant;
    this.id = id;
    this.signal = this.#controller.signal;
    this.#mayBeLeft = maxMs === undefined;
    if (maxMs === undefined) return;
    this.#deadline = setTimeout(
      () => this.cancel(RequestError.unavailable(`no result within ${maxMs / 1000} s`)),
      maxMs,
    );
  }

  /** Whether nothing will come any more. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Adds an event. */
  add(type: string, data: unknown): void {
    this.#events.push({ id: this.#events.length + 1, type, data });
    this.#wakeAll();
  }

  /** Nothing comes any more. */
  end(): void {
    this.#isDone = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#abandoned);
    this.#wakeAll();
  }

  /** Ends the work. */
  cancel(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /**
   * Events after one that was read, until the end.
   *
   * @param after   id of the last event that is known, 0 for none
   * @param idleMs  yields nothing but `undefined` after so long without an event
   */
  async *read(after: number, idleMs: number): AsyncGenerator<JobEvent | undefined, void> {
    this.#readers += 1;
    clearTimeout(this.#abandoned);
    try {
      for (let next = after; ; ) {
        const event = this.#events[next];
        if (event) {
          next += 1;
          yield event;
        } else if (this.#isDone) {
          return;
        } else if (!(await this.#wait(idleMs))) {
          yield undefined;
        }
      }
    } finally {
      this.#readers -= 1;
      if (this.#readers === 0 && !this.#isDone && !this.#mayBeLeft) {
        const left = RequestError.unavailable("nobody reads the job's events");
        this.#abandoned = setTimeout(() => this.cancel(left), ABANDONED_MS).unref();
      }
    }
  }

  /** @returns whether something happened in time */
  #wait(idleMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isAwake: boolean) => {
        this.#waiting.delete(wake);
        clearTimeout(timer);
        resolve(isAwake);
      };
      const wake = () => settle(true);
      const timer = setTimeout(() => settle(false), idleMs);
      this.#waiting.add(wake);
    });
  }

  #wakeAll(): void {
    for (const wake of this.#waiting) wake();
  }
}

/** Jobs by id: those that go on, and of those that ended as many as fit. */
export class Jobs {
  readonly #maxKept: number;
  readonly #jobs = new Map<string, Job>();

  /** @param maxKept  jobs of which events are kept; those that ended first go */
  constructor(maxKept: number) {
    this.#maxKept = maxKept;
  }

  add(job: Job): void {
    this.#jobs.set(job.id, job);
    for (const [id, { isDone }] of this.#jobs) {
      if (this.#jobs.size <= this.#maxKept) return;
      if (isDone) this.#jobs.delete(id);
    }
  }

  /** The job of this id, where it is the tenant's. */
  find(tenant: Tenant, id: string): Job | undefined {
    const job = this.#jobs.get(id);
    return job?.tenant === tenant ? job : undefined;
  }

  /** Ends all of them. */
  dispose(): void {
    for (const job of this.#jobs.values()) job.cancel(RequestError.unavailable("the server stops"));
  }
}
