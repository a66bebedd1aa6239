import type { Counter } from "prom-client";

/** Rates are those of so long. */
const WINDOW_MS = 60_000;
const SAMPLES = 12;

/** How fast counters went up over the last minute. */
export class Throughput<Name extends string> {
  readonly #counters: Readonly<Record<Name, Counter>>;
  /** Totals by time, the oldest first. */
  readonly #samples: { readonly atMs: number; readonly totals: Readonly<Record<Name, number>> }[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(counters: Readonly<Record<Name, Counter>>) {
    this.#counters = counters;
    this.#timer = setInterval(() => void this.#sample(), WINDOW_MS / SAMPLES).unref();
    void this.#sample();
  }

  /** Totals, and rates per minute. */
  async read(): Promise<{ readonly [N in Name]: { readonly total: number; readonly perMinute: number } }> {
    const totals = await this.#totals();
    const [first] = this.#samples;
    const minutes = Math.max((performance.now() - (first?.atMs ?? 0)) / 60_000, 1 / 60);
    const entries = (Object.keys(totals) as Name[]).map((name) => {
      const total = totals[name];
      return [name, { total, perMinute: (total - (first?.totals[name] ?? 0)) / minutes }];
    });
    return Object.fromEntries(entries);
  }

  /** Counts no more. */
  stop(): void {
    clearInterval(this.#timer);
  }

  async #sample(): Promise<void> {
    this.#samples.push({ atMs: performance.now(), totals: await this.#totals() });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }

  async #totals(): Promise<Record<Name, number>> {
    const entries = Object.entries<Counter>(this.#counters).map(async ([name, counter]) => {
      const { values } = await counter.get();
      return [name, values.reduce((sum, { value }) => sum + value, 0)] as const;
    });
    return Object.fromEntries(await Promise.all(entries)) as Record<Name, number>;
  }
}
