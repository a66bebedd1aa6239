/** A video file as frames that can be had in any order. */
export interface Clip {
  readonly name: string;
  /** In pixels, upright: rotation of the file is applied, and pixels are square. */
  readonly width: number;
  readonly height: number;
  /** When each frame is shown, in seconds from the first, ascending: the frame rate may vary. */
  readonly times: Float64Array;
  /** In seconds. */
  readonly duration: number;
  /**
   * Frames from one on, in order; more of them are decoded ahead while one is used. Each drawable is good until the next is asked for.
   *
   * @param size  longer frames are scaled to it, [height, width] in pixels; as they are by default
   */
  frames(from: number, size?: readonly [number, number]): AsyncGenerator<ClipFrame, void, undefined>;
  dispose(): void;
}

export interface ClipFrame {
  readonly index: number;
  readonly image: OffscreenCanvas | VideoFrame;
}
