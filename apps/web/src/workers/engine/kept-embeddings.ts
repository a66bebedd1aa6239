/** What an encoder has made and what takes memory until it is disposed of. */
interface Disposable {
  dispose(): unknown;
}

interface Kept<T> {
  readonly made: Promise<T>;
  /** Calls that work with it now: it is not disposed of under their hands. */
  users: number;
}

/** Embeddings of the photos that were used last. What is being used stays, also where many photos are used at once. */
export class KeptEmbeddings<T extends Disposable> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  has(id: string): boolean {
    return this.#kept.has(id);
  }

  /** Works with the embeddings of a photo, which are made where they are not there. Work once begun on them is finished for the next call. */
  async use<R>(id: string, encode: () => Promise<T>, work: (embeddings: T) => Promise<R> | R): Promise<R> {
    const { embeddings, release } = await this.lease(id, encode);
    try {
      return await work(embeddings);
    } finally {
      release();
    }
  }

  /** The embeddings of a photo as {@link KeptEmbeddings.use} has them, until they are released. */
  async lease(
    id: string,
    encode: () => Promise<T>,
  ): Promise<{ readonly embeddings: T; readonly release: () => void }> {
    const entry = this.#kept.get(id) ?? { made: encode(), users: 0 };
    entry.made.catch(() => this.#kept.get(id) === entry && this.#kept.delete(id));
    // The newest come last.
    this.#kept.delete(id);
    this.#kept.set(id, entry);
    entry.users += 1;
    const release = () => {
      entry.users -= 1;
      this.#evict();
    };
    try {
      return { embeddings: await entry.made, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Frees what is known of a photo. */
  forget(id: string): void {
    const old = this.#kept.get(id);
    this.#kept.delete(id);
    old?.made.then((embeddings) => embeddings.dispose()).catch(() => undefined);
  }

  /** Forgets all without freeing anything, where the device that held it is gone. */
  clear(): void {
    this.#kept.clear();
  }

  #evict(): void {
    const idle = [...this.#kept].filter(([, { users }]) => users === 0);
    for (const [id] of idle.slice(0, Math.max(0, this.#kept.size - this.#most))) this.forget(id);
  }
}
