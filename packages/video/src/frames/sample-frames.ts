import { InputError } from "@sam2js/core";
import type { FrameSource } from "./frame-source.js";

/** Which frames of a video are taken, evenly over its length; all by default. Taken frames have the numbers 0, 1, 2, … */
export interface FrameSampling {
  /** So many; not together with `fps`. */
  readonly numFrames?: number | null | undefined;
  /** So many a second, at least one: the video must tell its `frameRate`. */
  readonly fps?: number | null | undefined;
}

/**
 * A video of the frames ⌊i·T/n⌋ of another, T frames long.
 *
 * @throws {InputError} both `numFrames` and `fps`, more frames than there are, or a video that does not tell its length or frame rate
 * @see `default_sample_indices_fn` of the reference
 */
export function sampleFrames(video: FrameSource, sampling: FrameSampling = {}): FrameSource {
  const numFrames = sampling.numFrames ?? undefined;
  const fps = sampling.fps ?? undefined;
  if (numFrames === undefined && fps === undefined) return video;
  const { length: total, frameRate, size } = video;
  if (numFrames !== undefined && fps !== undefined) {
    throw InputError.expected("numFrames, fps", "one of them", "both", "each says how many frames are taken");
  }
  if (total === undefined) {
    throw InputError.expected(
      "video",
      "a length, to take some of its frames",
      "none",
      "give the source its length",
    );
  }
  if (fps !== undefined && !(Number.isFinite(fps) && fps > 0)) {
    throw InputError.expected("fps", "frames per second, > 0", fps, "leave it out to take all");
  }
  if (fps !== undefined && !(frameRate !== undefined && frameRate > 0)) {
    throw InputError.expected(
      "video",
      "a frameRate, to take fps of it",
      frameRate ?? "none",
      "give the source one, or give numFrames",
    );
  }
  const count = numFrames ?? Math.max(1, Math.floor((total / frameRate!) * fps!));
  if (!Number.isSafeInteger(count) || count < 1 || count > total) {
    const name = fps === undefined ? "numFrames" : "fps";
    throw InputError.expected(name, `1 to ${total} frames, those of the video`, count, "take fewer");
  }
  return {
    length: count,
    size,
    get: (index, options) =>
      index < count ? video.get(Math.floor((index * total) / count), options) : undefined,
  };
}
