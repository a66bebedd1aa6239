import type { ModelReference } from "@sam2js/checkpoint";
import type { OnProgress, Runtime } from "@sam2js/core";
import type { SegmentationModel } from "@sam2js/pipeline";
import type { Sam2Processor } from "@sam2js/processor";

/** A loaded model with its processor. */
export interface ModelParts {
  readonly model: SegmentationModel;
  readonly processor: Sam2Processor;
}

/** Whoever needs a model says so, and says when it is done with it. */
export interface Lease {
  readonly parts: Promise<ModelParts>;
  release(): void;
}

/** How models are loaded; tests have a way of their own. */
export interface ModelLoader {
  createRuntime(): Runtime;
  load(
    model: ModelReference,
    options: { readonly runtime: Runtime; readonly signal: AbortSignal; readonly onProgress: OnProgress },
  ): Promise<ModelParts>;
}

interface Entry {
  readonly parts: Promise<ModelParts>;
  readonly listeners: Set<OnProgress>;
  readonly end: AbortController;
}

/**
 * The models of all elements of a page: each is loaded once, and disposed of with its last user. So is the runtime, unless it was given.
 */
export class SharedModels {
  readonly #loader: ModelLoader;
  readonly #entries = new Map<Runtime, Map<ModelReference, Entry>>();
  #own: Runtime | undefined;

  constructor(loader: ModelLoader) {
    this.#loader = loader;
  }

  lease(reference: ModelReference, given: Runtime | undefined, onProgress: OnProgress): Lease {
    this.#own ??= given ? undefined : this.#loader.createRuntime();
    const runtime = given ?? (this.#own as Runtime);
    const models = this.#entries.get(runtime) ?? new Map<ModelReference, Entry>();
    this.#entries.set(runtime, models);
    const entry = models.get(reference) ?? this.#load(reference, runtime);
    models.set(reference, entry);
    const listener: OnProgress = (event) => onProgress(event);
    entry.listeners.add(listener);
    const release = () => {
      if (!entry.listeners.delete(listener) || entry.listeners.size > 0) return;
      if (models.get(reference) === entry) models.delete(reference);
      entry.end.abort();
      void this.#end(entry, runtime);
    };
    // A model that failed to load is tried again by the next user.
    entry.parts.catch(() => models.get(reference) === entry && models.delete(reference));
    return { parts: entry.parts, release };
  }

  #load(reference: ModelReference, runtime: Runtime): Entry {
    const listeners = new Set<OnProgress>();
    const end = new AbortController();
    const parts = this.#loader.load(reference, {
      runtime,
      signal: end.signal,
      onProgress: (event) => {
        for (const listener of listeners) listener(event);
      },
    });
    return { parts, listeners, end };
  }

  async #end(entry: Entry, runtime: Runtime): Promise<void> {
    const isUnused = this.#entries.get(runtime)?.size === 0;
    if (isUnused) this.#entries.delete(runtime);
    const isOwn = isUnused && runtime === this.#own;
    if (isOwn) this.#own = undefined;
    await entry.parts.then(({ model }) => model.dispose()).catch(() => undefined);
    if (isOwn) await runtime.dispose();
  }
}
