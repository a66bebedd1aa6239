import type { RgbImage } from "@sam2js/core";
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
  /** Seconds from the start, where the video tells. */
  timeOf(index: number): number;
  close(): Promise<void>;
}

/** A name without folder and ending. */
export function stemOf(path: string): string {
  const name =
    path
      .replace(/[\\/]+$/, "")
      .split(/[\\/]/)
      .at(-1) ?? "video";
  return name.replace(/(?<=.)\.[^.]*$/, "") || "video";
}
