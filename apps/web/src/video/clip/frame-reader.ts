import type { Clip } from "./clip.js";
import { VideoError } from "./video-error.js";

/** What decoded frames may take, in bytes, but at least three are kept, and at most so many that reading backwards stays quick. */
const CACHE_BYTES = 64e6;
const LEAST_FRAMES = 3;
const MOST_FRAMES = 48;
/** So far ahead it is quicker to go on decoding than to begin at a key frame again. */
const MAX_SKIP = 24;

/**
 * Single frames of a clip. Reading forwards decodes each frame once; reading backwards decodes from the key frame and keeps what fits. Calls
 * wait for each other.
 */
export class FrameReader {
  readonly clip: Clip;
  readonly #kept = new Map<number, ImageBitmap>();
  readonly #capacity: number;
  #iterator: AsyncGenerator<{ readonly index: number; readonly image: CanvasImageSource }> | undefined;
  /** Index that the iterator gives next. */
  #next = 0;
  #last = -1;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(clip: Clip, cacheBytes = CACHE_BYTES) {
    this.clip = clip;
    const fitting = Math.floor(cacheBytes / (4 * clip.width * clip.height));
    this.#capacity = Math.min(MOST_FRAMES, Math.max(LEAST_FRAMES, fitting));
  }

  /**
   * A frame; it stays the reader's, and is closed when others have taken its place: use or copy it before the next call.
   *
   * @throws {VideoError} it cannot be decoded
   */
  get(index: number, signal?: AbortSignal): Promise<ImageBitmap> {
    const result = this.#queue.then(() => {
      signal?.throwIfAborted();
      return this.#read(index);
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async dispose(): Promise<void> {
    await this.#queue;
    await this.#iterator?.return(undefined);
    for (const bitmap of this.#kept.values()) bitmap.close();
    this.#kept.clear();
    this.clip.dispose();
  }

  async #read(index: number): Promise<ImageBitmap> {
    const isBackwards = index < this.#last;
    this.#last = index;
    const kept = this.#kept.get(index);
    if (kept) return kept;
    const ahead = index - this.#next;
    if (!this.#iterator || ahead < 0 || ahead > MAX_SKIP) {
      await this.#iterator?.return(undefined);
      // Going backwards, the frames before will be asked for next.
      const from = isBackwards ? Math.max(0, index - this.#capacity + 1) : index;
      this.#iterator = this.clip.frames(from);
      this.#next = from;
    }
    const keepsAll = isBackwards || ahead <= 1;
    for (;;) {
      const { value, done } = await this.#iterator.next();
      if (done || !value) {
        this.#iterator = undefined;
        throw new VideoError(
          `${this.clip.name}: expected frame ${index}, but the video ends before it; the file is cut off`,
          { index },
        );
      }
      this.#next = value.index + 1;
      if (value.index < index && !keepsAll) continue;
      const bitmap = await createImageBitmap(value.image as OffscreenCanvas);
      this.#keep(value.index, bitmap);
      if (value.index >= index) {
        // A frame that the decoder left out is taken to look as the next one.
        if (value.index > index) this.#keep(index, await createImageBitmap(bitmap));
        return this.#kept.get(index) ?? bitmap;
      }
    }
  }

  #keep(index: number, bitmap: ImageBitmap): void {
    this.#kept.get(index)?.close();
    this.#kept.delete(index);
    this.#kept.set(index, bitmap);
    for (const old of [...this.#kept.keys()].slice(0, -this.#capacity)) {
      this.#kept.get(old)?.close();
      this.#kept.delete(old);
    }
  }
}
