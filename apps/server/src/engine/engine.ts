import { EngineError, NotFoundError, type Runtime, raceAbort } from "@sam2js/core";
import {
  type EmbeddingStore,
  type EncodedFile,
  encodePrepared,
  identifyPicture,
  type PictureId,
  preparePicture,
  readEncoded,
  storeEncoded,
} from "@sam2js/embedding-store";
import type { Precision } from "@sam2js/embeddings";
import type { Mask } from "@sam2js/masks";
import {
  type MaskGenerationOptions,
  MaskGenerator,
  type ObjectMask,
  type ObjectPrompt,
  type SegmentObjectsOptions,
  segmentObjects,
} from "@sam2js/pipeline";
import sharp from "sharp";
import { RequestError } from "../errors/request-error.js";
import type { ServerLimits } from "../limits.js";
import type { Metrics } from "../metrics/metrics.js";
import { EmbeddingCache, type EncodedPicture, type PictureLease } from "./embedding-cache.js";
import {
  type LoadedModel,
  type LoadedVideoModel,
  loadModel,
  loadVideoModel,
  type ModelChoice,
} from "./load-model.js";
import type { WorkQueue } from "./work-queue.js";

/** What engines share. */
export interface EngineServices {
  readonly runtime: Runtime;
  readonly limits: ServerLimits;
  readonly metrics: Metrics;
  /** Embeddings that outlive the process. */
  readonly store: EmbeddingStore | undefined;
  /** How exactly they are kept there. */
  readonly precision: Precision;
  readonly encodes: WorkQueue;
  readonly clicks: WorkQueue;
  readonly jobs: WorkQueue;
}

/**
 * One model at work: encodes each picture once, answers prompts on it, segments everything. Work of every kind waits in its queue, so that clicks
 * need not wait behind jobs.
 */
export class Engine {
  /** As the model was asked for, and as requests name it. */
  readonly name: string;
  readonly #choice: ModelChoice;
  readonly #services: EngineServices;
  readonly #cache: EmbeddingCache;
  #loaded: LoadedModel;
  #video: Promise<LoadedVideoModel> | undefined;
  #reloading: Promise<void> | undefined;
  #decoder: Promise<Uint8Array> | undefined;

  private constructor(choice: ModelChoice, loaded: LoadedModel, services: EngineServices) {
    this.name = choice.name;
    this.#choice = choice;
    this.#loaded = loaded;
    this.#services = services;
    this.#cache = new EmbeddingCache(services.limits.maxMemoryBytes);
  }

  /** @throws what loading a model throws */
  static async load(choice: ModelChoice, services: EngineServices, signal: AbortSignal): Promise<Engine> {
    return new Engine(choice, await loadModel(choice, services.runtime, { signal }), services);
  }

  /** The model and its processor, as they are now: a lost engine is replaced by a new one. */
  get loaded(): LoadedModel {
    return this.#loaded;
  }

  /** Pictures and bytes in memory. */
  get memory(): { readonly pictures: number; readonly bytes: number } {
    return { pictures: this.#cache.count, bytes: this.#cache.bytes };
  }

  /** The id that a picture's embeddings have or will have. @param file  the bytes of an image file */
  identify(file: Uint8Array): Promise<PictureId> {
    return identifyPicture(file, this.#loaded.model);
  }

  /**
   * The embeddings of a picture, from memory, the store, or the encoder. The caller releases them: `await using`.
   *
   * @param file      the bytes of an image file
   * @param mustWait  takes a place also where the queue is full, as {@link WorkQueue.run}
   * @throws {ImageError} it cannot be decoded  @throws {RequestError} too many pixels, or too much to do
   */
  async encode(file: Uint8Array, signal: AbortSignal, mustWait = false): Promise<PictureLease> {
    const { id } = await this.identify(file);
    return this.#acquire(id, signal, (shared) => this.#encodeNew(file, shared, mustWait));
  }

  /**
   * Embeddings that were made before.
   *
   * @throws {NotFoundError} neither memory nor store has them (any longer)
   */
  async find(id: string, signal: AbortSignal): Promise<PictureLease> {
    return this.#acquire(id, signal, async () => {
      throw NotFoundError.expected(`embedding ${id}`, "one that is kept", "none", "send the picture again");
    });
  }

  /** Forgets embeddings, in memory and in the store. */
  async forget(id: string): Promise<void> {
    this.#cache.remove(id);
    await this.#services.store?.delete(id);
  }

  /** Masks of what prompts point at. @throws {InputError} prompts that do not fit together  @throws {RequestError} too much to do */
  async segment<T extends ObjectPrompt>(
    { embeddings, size }: EncodedPicture,
    objects: readonly T[],
    options: SegmentObjectsOptions & { readonly signal: AbortSignal },
  ): Promise<ObjectMask<T>[]> {
    const { clicks, metrics } = this.#services;
    const found = await clicks.run(
      () => this.#mending(() => segmentObjects(this.#loaded, embeddings, size, objects, options)),
      options.signal,
    );
    metrics.masks.inc({ model: this.name }, found.length);
    return found;
  }

  /**
   * Masks of everything in a picture, on embeddings that are there where it was encoded before. It holds a place among the jobs.
   *
   * @param onFound  is told of masks as they are found; some are dropped as duplicates in the end. It is waited for
   * @returns        the masks that stay, best first, and the picture's [height, width]
   * @throws {ImageError} it cannot be decoded  @throws {InputError} an option is out of range  @throws {RequestError} too many pixels, or too much to do
   */
  async generate(
    file: Uint8Array,
    options: MaskGenerationOptions & { readonly signal: AbortSignal },
    onFound: (mask: Mask) => Promise<void> | void = () => undefined,
  ): Promise<{ readonly found: readonly Mask[]; readonly size: readonly [number, number] }> {
    const { jobs, metrics } = this.#services;
    const { signal } = options;
    return jobs.run(async () => {
      await using picture = await this.encode(file, signal, true);
      let found: readonly Mask[] = [];
      await this.#mending(async () => {
        const generator = new MaskGenerator(this.#loaded);
        for await (const event of generator.stream(file, { ...options, encoded: picture })) {
          if (event.type === "found") await onFound(event.mask);
          else found = event.output.masks;
        }
      });
      metrics.masks.inc({ model: this.name }, found.length);
      return { found, size: picture.size };
    }, signal);
  }

  /** The decoder alone, for whoever decodes elsewhere what this engine encoded: about 17 MB. */
  decoder(): Promise<Uint8Array> {
    const { model, processor } = this.#loaded;
    this.#decoder ??= model
      .saveDecoder(processor)
      .then(async (file) => new Uint8Array(await file.arrayBuffer()));
    this.#decoder.catch(() => {
      this.#decoder = undefined;
    });
    return this.#decoder;
  }

  /**
   * The model for videos of the same checkpoint, which is loaded when it is first asked for.
   *
   * @throws {UnsupportedError} the checkpoint is for images alone
   */
  loadVideo(signal: AbortSignal): Promise<LoadedVideoModel> {
    this.#video ??= loadVideoModel(this.#choice, this.#services.runtime).catch((error) => {
      this.#video = undefined;
      throw error;
    });
    return raceAbort(this.#video, signal);
  }

  /** Ends the model; embeddings in use are of no use afterwards. */
  async dispose(): Promise<void> {
    this.#cache.clear();
    await this.#loaded.model.dispose();
    const video = await this.#video?.catch(() => undefined); // whoever asked for it was told
    await video?.model.dispose();
  }

  async #acquire(
    id: string,
    signal: AbortSignal,
    make: (signal: AbortSignal) => Promise<EncodedPicture>,
  ): Promise<PictureLease> {
    const { metrics } = this.#services;
    let isInMemory = true;
    const lease = await this.#cache.acquire(
      id,
      async (shared) => {
        isInMemory = false;
        return (await this.#restore(id)) ?? make(shared);
      },
      signal,
    );
    if (isInMemory) metrics.hits.inc({ model: this.name, where: "memory" });
    return lease;
  }

  async #restore(id: string): Promise<EncodedPicture | undefined> {
    const { store, metrics } = this.#services;
    const kept = store && (await readEncoded(store, id, this.#loaded.model));
    if (kept) metrics.hits.inc({ model: this.name, where: "store" });
    if (!kept) return undefined;
    this.#loaded.model.prepare(kept.embeddings); // as for those that are encoded here
    return toPicture(kept, true);
  }

  async #encodeNew(file: Uint8Array, signal: AbortSignal, mustWait: boolean): Promise<EncodedPicture> {
    const { encodes, store, metrics } = this.#services;
    await this.checkPixels(file);
    const work = async () =>
      encodePrepared(this.#loaded, await preparePicture(this.#loaded, file, signal), {
        signal,
        prepare: true,
      });
    const encoded = await encodes.run(() => this.#retrying(work), signal, mustWait);
    metrics.encodes.inc({ model: this.name });
    if (store) await storeEncoded(encoded, store, this.#services.precision);
    return toPicture(encoded, false);
  }

  /** Refuses a picture by what its head says, before it is decoded. What is no picture is left to the decoder. */
  async checkPixels(file: Uint8Array): Promise<void> {
    const { maxPixels } = this.#services.limits;
    const { width, height } = await sizeInHead(file);
    if (width * height <= maxPixels) return;
    throw RequestError.tooLarge(
      "image",
      `at most ${maxPixels} pixels`,
      `${width} x ${height}`,
      "--max-pixels",
    );
  }

  /** Does work. Where the engine is lost on the way it is started anew, for what comes after. */
  async #mending<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isLost(error)) await this.#reload();
      throw error;
    }
  }

  /** Does work that needs nothing of a lost engine; once more where it was lost. */
  #retrying<T>(work: () => Promise<T>): Promise<T> {
    return this.#mending(work).catch((error) => {
      if (!isLost(error)) throw error;
      return work();
    });
  }

  #reload(): Promise<void> {
    this.#reloading ??= (async () => {
      const { runtime, metrics } = this.#services;
      metrics.restarts.inc({ model: this.name });
      this.#cache.clear();
      this.#video = undefined; // its sessions end with the engine
      await this.#loaded.model.dispose().catch(() => undefined); // it is lost
      this.#loaded = await loadModel(this.#choice, runtime, { signal: AbortSignal.timeout(600_000) });
    })().finally(() => {
      this.#reloading = undefined;
    });
    return this.#reloading;
  }
}

function toPicture({ id, sha256, picture, embeddings }: EncodedFile, isStored: boolean): EncodedPicture {
  return { id, sha256, size: picture.size, embeddings, isStored };
}

/** In pixels, both 0 where there is no picture. */
async function sizeInHead(file: Uint8Array): Promise<{ readonly width: number; readonly height: number }> {
  try {
    return await sharp(file, { limitInputPixels: false }).metadata();
  } catch {
    return { width: 0, height: 0 };
  }
}

/** Whether the engine is gone, with all its sessions. */
export function isLost(error: unknown): boolean {
  return EngineError.isInstance(error) && error.code === "DEVICE_LOST";
}
