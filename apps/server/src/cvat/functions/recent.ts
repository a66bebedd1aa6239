interface Entry<T> {
  readonly value: T;
  usedAt: number;
}

/** What was used of late, by key: at most so many entries, each for so many ms after its last use. */
export class Recent<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #maxCount: number;
  readonly #maxAgeMs: number;
  readonly #onDrop: (value: T, key: string) => void;

  /** @param onDrop  is told of each value that goes, but for those that are replaced */
  constructor(maxCount: number, maxAgeMs: number, onDrop: (value: T, key: string) => void = () => undefined) {
    this.#maxCount = maxCount;
    this.#maxAgeMs = maxAgeMs;
    this.#onDrop = onDrop;
  }

  /** All that is there; none of it counts as used. */
  values(): T[] {
    return [...this.#entries.values()].map(({ value }) => value);
  }

  /** The value, which counts as used. */
  get(key: string): T | undefined {
    this.#prune();
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, { ...entry, usedAt: performance.now() });
    return entry.value;
  }

  set(key: string, value: T): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, usedAt: performance.now() });
    this.#prune();
  }

  /** Forgets everything. */
  clear(): void {
    for (const key of [...this.#entries.keys()]) this.#drop(key);
  }

  #prune(): void {
    const oldest = performance.now() - this.#maxAgeMs;
    for (const [key, { usedAt }] of this.#entries) {
      if (usedAt >= oldest && this.#entries.size <= this.#maxCount) return;
      this.#drop(key);
    }
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (entry) this.#onDrop(entry.value, key);
  }
}
