import { type ImageSource, InputError, type TensorLike } from "@sam2js/core";

/** A frame: an image, or its pixels as the processor makes them, float32 [3, S, S] or [1, 3, S, S]. */
export type FrameInput = ImageSource | TensorLike;

/** A video whose frames can be had in any order. Frames are asked for when they are needed, and not kept. */
export interface FrameSource {
  /** Number of frames; missing while unknown. */
  readonly length?: number | undefined;
  /** [height, width] in pixels; taken from the first frame that is read if missing. */
  readonly size?: readonly [number, number] | undefined;
  /** The frame; undefined behind the last one. */
  get(
    index: number,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<FrameInput | undefined> | FrameInput | undefined;
}

/** A video: a source of frames, or a list of them (paths, bytes, pixels). */
export type VideoInput = FrameSource | readonly FrameInput[];

/** @throws {InputError} neither a source nor a list, or a list without frames */
export function toFrameSource(video: VideoInput): FrameSource {
  if (isFrameSource(video)) return video;
  if (!Array.isArray(video) || video.length === 0) {
    throw new InputError(
      `video: expected a list of frames or an object with get(index), got ${Array.isArray(video) ? "an empty list" : typeof video}; leave it out to stream frames one by one`,
    );
  }
  const frames: readonly FrameInput[] = [...video];
  return { length: frames.length, get: (index) => frames[index] };
}

function isFrameSource(video: VideoInput): video is FrameSource {
  return typeof video === "object" && video !== null && typeof (video as FrameSource).get === "function";
}
