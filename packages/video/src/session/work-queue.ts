import { DisposedError, raceAbort, throwIfAborted } from "@sam2js/core";
import { linkSignals } from "./linked-signal.js";

/** What a piece of work is handed while it is its turn. */
export interface Turn {
  /** Aborts with the call's own signal, and when the queue ends. */
  readonly signal: AbortSignal;
  /**
   * Waits for something that may never come, until the signal aborts. Nothing is half done meanwhile: what only looks may come in between. What
   * comes too late is dropped.
   */
  outside<T>(wait: Promise<T>): Promise<T>;
}

/** One piece of work at a time, in the order of the calls. */
export class WorkQueue {
  readonly #what: string;
  readonly #ended = new AbortController();
  #last: Promise<unknown> = Promise.resolve();
  #isOutside = false;
  /** What waits for a moment at which nothing is half done. */
  readonly #looks = new Set<() => void>();

  /** @param what  what the `DisposedError` of later calls names */
  constructor(what: string) {
    this.#what = what;
  }

  /** Aborts when the queue ends. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** A signal that aborts before the work's turn rejects at once; the work is then never begun. */
  run<T>(work: (turn: Turn) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const begun = this.#last.then(() => {
      this.assertUsable();
      throwIfAborted(signal);
    });
    const done = begun.then(async () => {
      const linked = linkSignals([signal, this.ended]);
      try {
        return await work({ signal: linked.signal, outside: (wait) => this.#outside(wait, linked.signal) });
      } finally {
        linked.release();
      }
    });
    this.#last = done.catch(() => undefined);
    return raceAbort(begun, signal).then(() => done);
  }

  /** Looks at a moment at which nothing is half done: in its turn, or as soon as the work before it waits outside. */
  look<T>(see: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const once = () => {
        if (!this.#looks.delete(once)) return;
        try {
          this.assertUsable();
          resolve(see());
        } catch (error) {
          reject(error);
        }
      };
      this.#looks.add(once);
      if (this.#isOutside) once();
      else this.run(async () => once()).catch(once);
    });
  }

  /** Ends what is under way and what waits. Resolves when nothing runs any more. */
  async end(): Promise<void> {
    this.#ended.abort(new DisposedError(this.#what));
    await this.#last;
  }

  /** @throws {DisposedError} after {@link WorkQueue.end} */
  assertUsable(): void {
    if (this.#ended.signal.aborted) throw new DisposedError(this.#what);
  }

  async #outside<T>(wait: Promise<T>, signal: AbortSignal): Promise<T> {
    this.#isOutside = true;
    for (const look of this.#looks) look();
    try {
      return await raceAbort(wait, signal);
    } finally {
      this.#isOutside = false;
    }
  }
}
