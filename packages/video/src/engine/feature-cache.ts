import type { FrameFeatures } from "./video-engine.js";

/** Features of the frames used last. What falls out is disposed of. */
export class FeatureCache {
  /** Of how many frames. */
  readonly limit: number;
  /** Least recently used first. */
  readonly #entries = new Map<number, FrameFeatures>();

  constructor(limit: number) {
    this.limit = limit;
  }

  /** The features of a frame, made by `encode` if they are not there. Calls do not overlap: a session runs one step at a time. */
  async get(frame: number, encode: () => Promise<FrameFeatures>): Promise<FrameFeatures> {
    const known = this.#entries.get(frame);
    if (known) {
      this.#entries.delete(frame);
      this.#entries.set(frame, known);
      return known;
    }
    while (this.#entries.size >= this.limit) await this.forget(this.#entries.keys().next().value as number);
    const made = await encode();
    this.#entries.set(frame, made);
    return made;
  }

  async clear(): Promise<void> {
    for (const frame of [...this.#entries.keys()]) await this.forget(frame);
  }

  /** Drops the features of a frame, if there are any. */
  async forget(frame: number): Promise<void> {
    const features = this.#entries.get(frame);
    this.#entries.delete(frame);
    await features?.dispose();
  }
}
