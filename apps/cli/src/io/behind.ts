/** Work that goes on behind a loop, so much of it at the same time. */
export class Behind {
  readonly #most: number;
  readonly #open = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /** Begins with work once there is room. @throws what earlier work threw */
  async add(work: () => Promise<void>): Promise<void> {
    while (this.#open.size >= this.#most) await Promise.race(this.#open);
    const going = work().catch((error) => {
      this.#failure ??= { error };
    });
    this.#open.add(going);
    void going.then(() => this.#open.delete(going));
    if (this.#failure) throw this.#failure.error;
  }

  /** Waits for all of it. @throws what it threw */
  async end(): Promise<void> {
    await Promise.all(this.#open);
    if (this.#failure) throw this.#failure.error;
  }
}
