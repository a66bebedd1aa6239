import { InputError } from "@sam2js/core";

interface Disposable {
  dispose(): Promise<void>;
}

/** The model that answers. Another one may take its place at any moment; what is under way then is done by that one. */
export class ModelInUse<T extends Disposable> {
  #model: T | undefined;

  /** @throws {InputError} there is none yet */
  get(): T {
    if (!this.#model) throw new InputError("engine: no model is loaded; choose one first");
    return this.#model;
  }

  /** Whether there is one, and it is this. */
  is(model: T): boolean {
    return this.#model === model;
  }

  /** Takes another one; the old one is freed. */
  async replace(next: T): Promise<void> {
    const old = this.#model;
    this.#model = next;
    await old?.dispose();
  }

  /** Does something with the model; again with the next one where it was taken away meanwhile. @throws {InputError} there is none yet */
  async use<R>(work: (model: T) => Promise<R>, signal?: AbortSignal): Promise<R> {
    const model = this.get();
    try {
      return await work(model);
    } catch (error) {
      if (this.is(model) || signal?.aborted) throw error;
      return this.use(work, signal);
    }
  }
}
