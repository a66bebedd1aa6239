import type { VideoSound } from "@sam2js/media";

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
  /** Frames from one on, in order; more of them are decoded ahead while one is used. */
  frames(from: number): AsyncGenerator<ClipFrame, void, undefined>;
  /** The sound of a video that has one. */
  sound?(): Promise<VideoSound | undefined>;
  dispose(): void;
}

/** A decoded frame, good until the next one is asked for. */
export interface ClipFrame {
  readonly index: number;
  /**
   * RGBA in the clip's size.
   *
   * They are read without a canvas where that is possible: what a worker draws on canvases is not counted by Chromium's garbage collector
   * and lies there by hundreds of megabytes.
   *
   * @param spare  pixels of another frame of the clip that nobody needs any more, to be written over
   */
  pixels(spare?: ImageData): Promise<ImageData>;
}
