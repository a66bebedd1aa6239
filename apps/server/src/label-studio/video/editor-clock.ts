import type { VideoFrames } from "../../videos/video-sessions.js";

/**
 * Which frame of a video the editor shows as its frame 1, 2, …: it counts by the rate of the configuration, whatever the file's own rate is, and shows frame n at
 * (n − 1) / rate seconds.
 */
export class EditorClock {
  /** How many frames the editor has. */
  readonly length: number;
  readonly #frames: VideoFrames;
  readonly #rate: number;

  /** @param rate  the configuration's, per second  @param length  as the editor tells it, if it does */
  constructor(frames: VideoFrames, rate: number, length: number) {
    this.#frames = frames;
    this.#rate = rate;
    const last = frames.timeOf?.(frames.length - 1);
    this.length = length || (last === undefined ? frames.length : Math.floor(last * rate + 1e-6) + 1);
  }

  /** The index of the file's frame, from 0. @param frame  the editor's, from 1 */
  indexOf(frame: number): number {
    const { timeOf, length } = this.#frames;
    if (!timeOf) return Math.min(frame, length) - 1;
    const seconds = (frame - 1) / this.#rate + 1e-3;
    let [low, high] = [0, length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (timeOf.call(this.#frames, middle) <= seconds) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
