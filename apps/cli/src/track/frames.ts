import type { RgbImage } from "@sam2js/core";
import type { LeftOut } from "@sam2js/media";
import type { FrameSource } from "@sam2js/video";

/** The frames of what a user named, in order, upright RGB. */
export interface TrackFrames extends FrameSource {
  readonly length: number;
  readonly size: readonly [number, number];
  /** Frames per second; for frames without times 10. */
  readonly frameRate: number;
  /** Name for result files, without ending. */
  readonly stem: string;
  get(index: number, options?: { readonly signal?: AbortSignal | undefined }): Promise<RgbImage | undefined>;
  /** Names of the frames' own files, where the frames are files. */
  readonly names?: readonly string[] | undefined;
  /** Files of a folder that are not among its frames. */
  readonly leftOut?: readonly LeftOut[] | undefined;
  /** Seconds from the start, where the video tells. */
  timeOf(index: number): number;
  close(): Promise<void>;
}
