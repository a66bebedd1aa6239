import { checkMembers, checkOptions, ImageError } from "@sam2js/core";

/** A frame on its way: what a {@link FrameReader} reads pixels from. */
export interface ReadableFrame<Pixels> {
  /** From 0. */
  readonly index: number;
  /** The frame's pixels. @param spare  pixels of another frame that nobody needs any more, to be written over */
  pixels(spare?: Pixels): Promise<Pixels>;
}

/** What frames are read from. */
export interface FrameRun<Pixels> {
  /** What messages call it. */
  readonly name: string;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Frames from one on, in order; each is good until the next is asked for. */
  frames(from: number): AsyncGenerator<ReadableFrame<Pixels>, void, undefined>;
  /** Closes what is read from. */
  dispose(): void;
}

/** What a reader keeps. */
export interface FrameReaderOptions {
  /**
   * Frames that were passed reading forwards are kept, for whoever goes to and fro. Else only what reading backwards needs. Default true.
   */
  readonly keepsBehind?: boolean | undefined;
}

/** What decoded frames may take, in bytes, but at least three are kept, and at most so many that reading backwards stays quick. */
const CACHE_BYTES = 64e6;
const LEAST_FRAMES = 3;
const MOST_FRAMES = 48;
/** So far ahead it is quicker to go on decoding than to begin at a key frame again. */
const MAX_SKIP = 24;

/**
 * Single frames of a video. Reading forwards decodes each frame once; reading backwards decodes from the key frame and keeps what fits. Calls
 * wait for each other.
 */
export class FrameReader<Pixels> {
  readonly #run: FrameRun<Pixels>;
  readonly #kept = new Map<number, Pixels>();
  /** Of a frame that gave way: the next one is written over it. */
  #spare: Pixels | undefined;
  readonly #capacity: number;
  readonly #keepsBehind: boolean;
  #iterator: AsyncGenerator<ReadableFrame<Pixels>, void, undefined> | undefined;
  /** Index that the iterator gives next. */
  #next = 0;
  #last = -1;
  #queue: Promise<unknown> = Promise.resolve();

  /** @param run  is closed with the reader */
  constructor(run: FrameRun<Pixels>, options: FrameReaderOptions = {}) {
    checkOptions(options, ["keepsBehind"], "FrameReader");
    checkMembers(run, "run", "a run of frames, such as an opened video", "width", "height", "frames");
    const { keepsBehind = true } = options;
    this.#run = run;
    this.#keepsBehind = keepsBehind;
    const fitting = Math.floor(CACHE_BYTES / (4 * run.width * run.height));
    this.#capacity = Math.min(MOST_FRAMES, Math.max(LEAST_FRAMES, fitting));
  }

  /**
   * A frame. It stays the reader's, and is written over when others have taken its place: use or copy it before the next call.
   *
   * @throws {ImageError} it cannot be decoded
   */
  get(index: number, signal?: AbortSignal): Promise<Pixels> {
    const result = this.#queue.then(() => {
      signal?.throwIfAborted();
      return this.#read(index);
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Closes what is read from, after the call under way. */
  async dispose(): Promise<void> {
    await this.#queue;
    await this.#iterator?.return(undefined);
    this.#kept.clear();
    this.#run.dispose();
  }

  async #read(index: number): Promise<Pixels> {
    const isBackwards = index < this.#last;
    this.#last = index;
    const kept = this.#kept.get(index);
    if (kept) return kept;
    const ahead = index - this.#next;
    if (!this.#iterator || ahead < 0 || ahead > MAX_SKIP) {
      await this.#iterator?.return(undefined);
      // Going backwards, the frames before will be asked for next.
      const from = isBackwards ? Math.max(0, index - this.#capacity + 1) : index;
      this.#iterator = this.#run.frames(from);
      this.#next = from;
    }
    const keepsAll = isBackwards || ahead <= 1;
    const most = isBackwards || this.#keepsBehind ? this.#capacity : LEAST_FRAMES;
    for (;;) {
      const { value, done } = await this.#iterator.next().catch((error) => {
        // An iterator that has failed is at its end: the next call begins another one.
        this.#iterator = undefined;
        throw error;
      });
      if (done || !value) {
        this.#iterator = undefined;
        throw new ImageError(
          `${this.#run.name}: expected frame ${index}, but the video ends before it; the file is cut off`,
          {
            name: this.#run.name,
            expected: `frame ${index}`,
            got: `the end after frame ${this.#next - 1}`,
            index,
          },
        );
      }
      this.#next = value.index + 1;
      if (value.index < index && !keepsAll) continue;
      const pixels = await value.pixels(this.#spare);
      if (pixels === this.#spare) this.#spare = undefined;
      this.#keep(value.index, pixels, most);
      if (value.index >= index) {
        // A frame that the decoder left out is taken to look as the next one.
        if (value.index > index) this.#keep(index, pixels, most);
        return pixels;
      }
    }
  }

  #keep(index: number, pixels: Pixels, most: number): void {
    this.#kept.delete(index);
    this.#kept.set(index, pixels);
    for (const [old, gone] of [...this.#kept].slice(0, -most)) {
      this.#kept.delete(old);
      if (![...this.#kept.values()].includes(gone)) this.#spare = gone;
    }
  }
}
