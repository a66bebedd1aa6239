import type { VideoSample } from "mediabunny";
import type { VideoSound } from "./video-sound.js";

/** One decoded frame. It is the caller's, who closes it. */
export interface DecodedFrame {
  /** From 0. */
  readonly index: number;
  /** As the codec gave it: not turned, mirrored or scaled yet. */
  readonly sample: VideoSample;
}

/** A video file whose frames can be read from any place on. */
export interface VideoFile {
  /** What messages call it. */
  readonly name: string;
  /** In pixels, as it is shown: upright, pixels square. */
  readonly width: number;
  /** In pixels, like `width`. */
  readonly height: number;
  /** Size of upright frames before their pixels are made square, [height, width]; another than `height` and `width` where they are not. */
  readonly codedSize: readonly [number, number];
  /** How frames are turned clockwise, in degrees, and then mirrored (left to right), to be upright. */
  readonly upright: { readonly rotation: number; readonly flip: boolean };
  /** When each frame is shown, in seconds from the first, ascending; the frame rate may vary. */
  readonly times: Float64Array;
  /** In seconds. */
  readonly duration: number;
  /**
   * Frames from one on, in order. A frame that the decoder leaves out is missing: go by `index`.
   *
   * @throws {ImageError} the file is damaged or cut off there
   */
  frames(from: number): AsyncGenerator<DecodedFrame, void, undefined>;
  /** The sound that belongs to the pictures; undefined where there is none. @throws {ImageError} it is damaged */
  sound(): Promise<VideoSound | undefined>;
  /** Closes the file. */
  dispose(): void;
}
