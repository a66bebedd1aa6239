import { describeValue, type ImageSource, InputError, isTensorLike, type TensorLike } from "@sam2js/core";
import {
  type ImageArray,
  type ImageInput,
  isImageArray,
  type OriginalSize,
  sizeOfPixels,
} from "@sam2js/processor";

/**
 * A frame: an image in any form that the processor takes, or its pixels as the processor makes them, float32 [3, S, S] or [1, 3, S, S]. A
 * float32 tensor of these axes is never a picture.
 */
export type FrameInput = ImageInput;

/** A video whose frames can be had in any order. Frames are asked for when they are needed, and not kept. */
export interface FrameSource {
  /** Number of frames; missing while unknown. */
  readonly length?: number | undefined;
  /** [height, width] in pixels; taken from the first frame that is read if missing. */
  readonly size?: readonly [number, number] | undefined;
  /** Frames per second, if they are evenly spaced: what `fps` is measured by. */
  readonly frameRate?: number | undefined;
  /** The frame; undefined behind the last one. */
  get(
    index: number,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<FrameInput | undefined> | FrameInput | undefined;
}

/**
 * A video: a source of frames, a list of them (paths, bytes, pixels, arrays), or all frames in one array [T, H, W, C] or [T, C, H, W].
 * A single picture, pixels or an image object counts as one frame.
 */
export type VideoInput =
  | FrameSource
  | readonly FrameInput[]
  | ImageArray
  | Exclude<ImageSource, string | URL | Uint8Array | ArrayBuffer | Blob>;

/** @throws {InputError} none of these forms, or no frames */
export function toFrameSource(video: VideoInput): FrameSource {
  if (isFrameSource(video)) return video;
  const frames = listFrames(video);
  if (!frames || frames.length === 0) {
    const expected =
      "frames: a list, an array [T, H, W, C], a picture's pixels, or an object with get(index)";
    const next =
      "put the path of a picture in a list, decode a video file first, and leave it out to stream frames one by one";
    throw InputError.expected("video", expected, describeValue(video), next);
  }
  return { length: frames.length, size: frameSize(frames[0]!, "video[0]"), get: (index) => frames[index] };
}

/** Pixels as the processor makes them: float32 [3, S, S] or [1, 3, S, S]. */
export function isPrepared(frame: FrameInput): frame is TensorLike {
  if (!isTensorLike(frame) || frame.type !== "float32") return false;
  const { dims } = frame;
  return dims.at(-3) === 3 && (dims.length === 3 || (dims.length === 4 && dims[0] === 1));
}

/** [height, width] of a frame, where looking at it tells. */
export function frameSize(frame: FrameInput, name: string): OriginalSize | undefined {
  return isPrepared(frame) ? undefined : sizeOfPixels(frame, name);
}

function isFrameSource(video: VideoInput): video is FrameSource {
  return typeof video === "object" && video !== null && typeof (video as FrameSource).get === "function";
}

function listFrames(video: Exclude<VideoInput, FrameSource>): readonly FrameInput[] | undefined {
  if (Array.isArray(video)) return [...video];
  if (isImageArray(video)) return "dims" in video ? cutFrames(video) : [video];
  const { width, displayWidth } = Object(video) as { width?: unknown; displayWidth?: unknown };
  return typeof (width ?? displayWidth) === "number" ? [video as FrameInput] : undefined;
}

/** The frames of an array, not copied. They have no type, so that none is taken for prepared. */
function cutFrames({ dims, data }: ImageArray): readonly FrameInput[] {
  if (dims.length !== 4) return [{ dims, data }];
  const size = data.length / dims[0]!;
  return Array.from({ length: dims[0]! }, (_, index) => ({
    dims: dims.slice(1),
    data: data.subarray(index * size, (index + 1) * size),
  }));
}
