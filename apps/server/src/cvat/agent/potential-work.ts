import { pause } from "./timing.js";

/** CVAT's two categories of requests, the urgent one first. */
export const CATEGORIES = ["interactive", "batch"] as const;
/** One of {@link CATEGORIES}. */
export type Category = (typeof CATEGORIES)[number];

/** Whether there may be requests, by category. At first there may. */
export class PotentialWork {
  readonly #raised = new Set<string>(CATEGORIES);
  readonly #wakers = new Map<string, () => void>();

  /** Says that there may be some. */
  raise(...categories: readonly Category[]): void {
    for (const category of categories) {
      this.#raised.add(category);
      this.#wakers.get(category)?.();
    }
  }

  /** Waits until there may be some, or for so many ms, and takes the sign down. One waits for a category at a time. */
  async take(category: Category, ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#raised.has(category)) {
      const waking = new AbortController();
      this.#wakers.set(category, () => waking.abort());
      await pause(ms, AbortSignal.any([waking.signal, signal]));
      this.#wakers.delete(category);
    }
    this.#raised.delete(category);
  }
}
