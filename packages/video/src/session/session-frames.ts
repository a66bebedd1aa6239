import { InputError, raceAbort, ShapeError, type TensorLike } from "@sam2js/core";
import type { Sam2ImageProcessor } from "@sam2js/processor";
import { FrameOutOfRangeError } from "../errors.js";
import { type FrameInput, type FrameSource, isPrepared } from "../frames/frame-source.js";
import { type FrameSampling, sampleFrames } from "../frames/sample-frames.js";
import type { Turn } from "./work-queue.js";

/** [height, width] in pixels. */
export type FrameSize = readonly [number, number];

/** What frames come from. */
export interface FramesOf {
  /** What prepares them. */
  readonly processor: Sam2ImageProcessor;
  /** None: a stream. */
  readonly video?: FrameSource | undefined;
  /** Which frames of the video are taken. */
  readonly sampling?: FrameSampling | undefined;
  readonly size?: FrameSize | undefined;
  /** Frames of the stream so far. */
  readonly streamed?: number | undefined;
}

/**
 * Where a session's frames come from: a video, or a stream of which only the last frame is kept.
 */
export class SessionFrames {
  readonly #video: FrameSource | undefined;
  readonly processor: Sam2ImageProcessor;
  readonly sampling: FrameSampling | undefined;
  #size: FrameSize | undefined;
  /** Frames of a stream so far, dropped ones included. */
  #streamed = 0;
  #last: { readonly index: number; readonly frame: FrameInput } | undefined;

  constructor({ processor, video, sampling, size = video?.size, streamed = 0 }: FramesOf) {
    this.processor = processor;
    this.sampling = sampling;
    this.#video = video && sampleFrames(video, sampling);
    this.#size = size;
    this.#streamed = streamed;
  }

  get isStream(): boolean {
    return this.#video === undefined;
  }

  /** Frames of the video; of a stream, those so far; undefined while a video's length is unknown. */
  get count(): number | undefined {
    return this.#video ? this.#video.length : this.#streamed;
  }

  /** Index of the next frame of a stream. */
  get next(): number {
    return this.#streamed;
  }

  get size(): FrameSize | undefined {
    return this.#size;
  }

  /** States the size before a frame was read. @throws {ShapeError} it is another already */
  setSize(size: FrameSize, what: string): void {
    checkSameSize(size, this.#size, what);
    this.#size = size;
  }

  /** Puts a frame of a stream in place of the last one. It counts once {@link SessionFrames.advance} is called. */
  put(frame: FrameInput, index: number): void {
    this.#last = { index, frame };
  }

  /** Counts frames of the stream up to this one. */
  advance(index: number): void {
    this.#streamed = Math.max(this.#streamed, index + 1);
  }

  /** Forgets the frames of a stream. */
  restart(): void {
    this.#streamed = 0;
    this.#last = undefined;
  }

  /** Whether there is a frame of this index; reads it where the length is unknown. */
  async has(index: number, turn: Turn): Promise<boolean> {
    const { count } = this;
    if (count !== undefined) return index >= 0 && index < count;
    return index >= 0 && (await this.#read(index, turn)) !== undefined;
  }

  /**
   * The pixels of a frame, ready for the network: float32 [1, 3, S, S].
   *
   * @throws {FrameOutOfRangeError} there is no such frame, or it went by
   * @throws {ShapeError} it has another size than the frames before
   */
  async pixels(index: number, turn: Turn): Promise<TensorLike> {
    const frame = await this.#read(index, turn);
    if (frame === undefined) throw this.missing(index);
    if (isPrepared(frame)) {
      const { type, data, dims } = frame;
      return dims.length === 3 ? { type, data, dims: [1, ...dims] } : frame;
    }
    const { signal } = turn;
    const preparing = this.processor.preprocess(frame, { signal });
    const { pixelValues, originalSizes } = await raceAbort(preparing, signal);
    this.setSize(originalSizes[0] as FrameSize, `frame ${index}`);
    return pixelValues;
  }

  /** A step needs the size, and nobody said it. */
  sizeUnknown(): InputError {
    return InputError.expected(
      "originalSize",
      "[height, width] with the prompts, since frames are given as tensors and do not tell it",
      "none",
    );
  }

  missing(index: number): FrameOutOfRangeError {
    const { count } = this;
    const reason = this.isStream
      ? "a stream keeps its last frame only; make the session with a video to go back"
      : `the video has ${count ?? "fewer"} frames`;
    const expected = this.isStream
      ? `the last frame, ${this.#streamed - 1}`
      : `0 to ${count === undefined ? "its end" : count - 1}`;
    return FrameOutOfRangeError.expected("frame", expected, index, reason);
  }

  async #read(index: number, { signal, outside }: Turn): Promise<FrameInput | undefined> {
    if (this.#last?.index === index) return this.#last.frame;
    const answer = this.#video?.get(index, { signal });
    const frame = isPromise(answer) ? await outside(Promise.resolve(answer)) : answer;
    // Asked for again by whoever looked whether it is there.
    if (this.#video && this.#video.length === undefined && frame !== undefined) this.#last = { index, frame };
    return frame;
  }
}

/** Whether an answer is yet to come. */
function isPromise<T>(answer: T | PromiseLike<T>): answer is PromiseLike<T> {
  return typeof (answer as { then?: unknown } | null | undefined)?.then === "function";
}

/** @throws {ShapeError} frames have another size already */
export function checkSameSize(size: FrameSize, known: FrameSize | undefined, what: string): void {
  if (!known || (known[0] === size[0] && known[1] === size[1])) return;
  throw new ShapeError(
    `${what}: expected [${known.join(", ")}] (height, width) as the frames before, got [${size.join(", ")}]; begin another session where the size changes`,
    { expected: known, got: size },
  );
}
