import { RequestError } from "../errors/request-error.js";
import type { ServerLimits } from "../limits.js";

/** How much a {@link WorkQueue} takes. */
export interface QueueLimits {
  /** Pieces of work that go on at the same time. */
  readonly running: number;
  /** Pieces of work that wait. */
  readonly waiting: number;
}

/** How much of a new duration enters the mean: the last ten or so count. */
const WEIGHT = 0.1;

/** Work of one kind, first come, first served, with a bound to what goes on and to what waits. */
export class WorkQueue {
  readonly #name: string;
  readonly #limits: QueueLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #meanMs = 1000;

  /** @param name  what messages call the work, in the plural */
  constructor(name: string, limits: QueueLimits) {
    this.#name = name;
    this.#limits = limits;
  }

  /** Pieces of work that go on. */
  get running(): number {
    return this.#running;
  }

  /** Pieces of work that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Does work in its turn.
   *
   * @param mustWait  takes a place also where the queue is full: for the next step of what was let in
   * @param signal  gives the place in the queue up; the work itself has to look at it as well
   * @throws {RequestError} 429: too many wait already; when to come again is estimated from what the last ones took
   */
  async run<T>(work: () => Promise<T>, signal: AbortSignal, mustWait = false): Promise<T> {
    signal.throwIfAborted();
    if (!mustWait) this.assertRoom();
    if (this.#running >= this.#limits.running) await this.#turn(signal);
    else this.#running += 1;
    const began = performance.now();
    try {
      return await work();
    } finally {
      this.#meanMs += WEIGHT * (performance.now() - began - this.#meanMs);
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  /** Refuses what would find no place now. @throws {RequestError} 429 */
  assertRoom(): void {
    const { running, waiting } = this.#limits;
    if (this.#running < running || this.#waiting.length < waiting) return;
    const ahead = this.#running + this.#waiting.length;
    const retryAfterSeconds = Math.max(1, Math.ceil((ahead * this.#meanMs) / running / 1000));
    throw new RequestError(
      "RATE_LIMITED",
      `${this.#name}: expected at most ${waiting} waiting requests, got another; try again in ${retryAfterSeconds} s`,
      { status: 429, retryAfterSeconds },
      { name: this.#name, expected: waiting, got: waiting + 1 },
    );
  }

  /** Waits until a place is handed on. */
  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1);
        reject(signal.reason);
      };
      this.#waiting.push(begin);
      signal.addEventListener("abort", leave, { once: true });
    });
  }
}

/** A queue for each kind of work. */
export function createQueues(limits: ServerLimits) {
  const queue = (name: string, running: number) =>
    new WorkQueue(name, { running, waiting: limits.maxQueued });
  return {
    encodes: queue("encodes", limits.maxEncodes),
    clicks: queue("prompts", limits.maxClicks),
    jobs: queue("jobs", limits.maxJobs),
  };
}
