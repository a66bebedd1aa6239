import type { RgbImage } from "@sam2js/core";
import type { LeftOut } from "@sam2js/media";
import type { FrameSource } from "@sam2js/video";

/** Sound as it lies in a file. */
export interface FrameSound {
  /** As mediabunny calls it; null where it is unknown. */
  readonly codec: string | null;
  readonly config: AudioDecoderConfig | null;
  readonly packets: readonly SoundPacket[];
}

export interface SoundPacket {
  readonly data: Uint8Array;
  /** In seconds from the beginning of the part. */
  readonly timestamp: number;
  readonly duration: number;
}

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
  /** The sound of a part, where the video has one. @param codecs  those that are wanted: of others there are no packets */
  sound?(from: number, to: number, codecs: readonly string[]): Promise<FrameSound | undefined>;
  /** Seconds from the start, where the video tells. */
  timeOf(index: number): number;
  close(): Promise<void>;
}
