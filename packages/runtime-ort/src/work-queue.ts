import { raceAbort } from "@sam2js/core";

/** Does one thing after the other, in the order of the calls. */
export class WorkQueue {
  #tail: Promise<unknown> = Promise.resolve();

  /**
   * Does `work` when all before it has ended. An abort rejects at once: work under way is let end and its late value
   * given to `discard`, work not begun is never done.
   */
  add<T>(work: () => Promise<T>, signal?: AbortSignal, discard?: (late: T) => void): Promise<T> {
    const turn = this.#tail.then(() => {
      signal?.throwIfAborted();
      return work();
    });
    this.#tail = turn.catch(() => undefined);
    return raceAbort(turn, signal, discard);
  }
}
