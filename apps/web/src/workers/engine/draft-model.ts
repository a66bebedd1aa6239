import type { ModelReference } from "@sam2js/checkpoint";
import type { Runtime } from "@sam2js/core";
import type { SegmentationModel } from "@sam2js/pipeline";
import type { DevicePreference, PhotoInput } from "../../protocol/engine.js";
import { createRuntime } from "./create-runtime.js";
import { PhotoModel } from "./photo-model.js";
import type { SegmenterAnswer, SegmenterPrompts } from "./segmenter.js";

/** Kept so long after its last draft was replaced: the next photo may want one. */
const LINGER_MS = 20_000;
/** What the engine takes for each byte of weights, packed copies and a run's tensors included. */
const BYTES_PER_WEIGHT_BYTE = 2.5;
/** Of the device's memory, what a model that is only there for drafts may take. */
const MAX_SHARE = 1 / 4;
/** Where the browser does not tell. */
const ASSUMED_GIGABYTES = 4;

/** Side in pixels of a model's drafts: half its own. Null where its files or windows do not allow that, or memory does not hold the model twice. */
export function draftSideOf(
  { config, weightBytes, isReadyMade }: Pick<SegmentationModel, "config" | "weightBytes" | "isReadyMade">,
  gigabytes = deviceGigabytes(),
): number | null {
  if (isReadyMade) return null;
  const side = config.imageSize / 2;
  if (BYTES_PER_WEIGHT_BYTE * weightBytes > MAX_SHARE * gigabytes * 2 ** 30) return null;
  try {
    config.withImageSize(side);
    return side;
  } catch {
    return null;
  }
}

function deviceGigabytes(): number {
  const { deviceMemory } = navigator as { readonly deviceMemory?: number };
  return deviceMemory ?? ASSUMED_GIGABYTES;
}

/**
 * The same checkpoint in half the size, for photos that the model itself takes long for. It has an engine of its own, which answers clicks
 * while the other one encodes. It gives all of its memory back when nobody needs a draft any more.
 */
export class DraftModel {
  readonly #reference: ModelReference;
  readonly #device: DevicePreference;
  readonly #side: number;
  readonly #photos = new Set<string>();
  #loaded: Promise<{ readonly runtime: Runtime; readonly photos: PhotoModel }> | undefined;
  #due: ReturnType<typeof setTimeout> | undefined;

  /** @param side  of the input in pixels, as {@link draftSideOf} gives it */
  constructor(reference: ModelReference, device: DevicePreference, side: number) {
    this.#reference = reference;
    this.#device = device;
    this.#side = side;
  }

  knows(photoId: string): boolean {
    return this.#photos.has(photoId);
  }

  async encode(photo: PhotoInput, signal: AbortSignal): Promise<void> {
    const model = await this.#model(photo);
    await model.encode(photo, signal);
  }

  async decode(photo: PhotoInput, prompts: SegmenterPrompts, signal: AbortSignal): Promise<SegmenterAnswer> {
    const model = await this.#model(photo);
    return model.decode(photo, prompts, signal);
  }

  /** A photo's draft is not needed any more; after the last one the engine ends in a while. */
  forget(photoId: string): void {
    if (!this.#photos.delete(photoId)) return;
    void this.#loaded?.then(({ photos }) => photos.forget(photoId));
    if (this.#photos.size === 0) this.#due = setTimeout(() => void this.dispose(), LINGER_MS);
  }

  async dispose(): Promise<void> {
    clearTimeout(this.#due);
    const loaded = await this.#loaded?.catch(() => undefined);
    this.#loaded = undefined;
    this.#photos.clear();
    await loaded?.runtime.dispose();
  }

  async #model(photo: PhotoInput): Promise<PhotoModel> {
    clearTimeout(this.#due);
    this.#photos.add(photo.id);
    this.#loaded ??= this.#load();
    const { photos } = await this.#loaded;
    return photos;
  }

  async #load() {
    const runtime = createRuntime(this.#device);
    try {
      const { signal } = new AbortController();
      return {
        runtime,
        photos: await PhotoModel.load(this.#reference, { runtime, signal, imageSize: this.#side }),
      };
    } catch (error) {
      this.#loaded = undefined;
      await runtime.dispose();
      throw error;
    }
  }
}
