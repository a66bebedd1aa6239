import type { FrameRange } from "./plan.js";

/** How many times as fast a video may be played and written. */
export const SPEEDS: readonly number[] = [0.25, 0.5, 1, 1.5, 2, 4];

/** A frame of a video that is written. */
export interface TimedFrame {
  /** In the video that it comes from. */
  readonly index: number;
  /** In seconds from the first one that is written. */
  readonly start: number;
  /** In seconds. */
  readonly duration: number;
}

/** A faster video has at most so many frames a second: screens show no more, and files would grow for nothing. */
const MAX_RATE = 60;
/** Time stamps in files are rounded to milliseconds. */
const SLACK = 0.0015;

/**
 * The frames of a part and when they are shown at a speed. At the file's own speed and below all of them are there.
 *
 * @param times  of all frames, in seconds  @param duration  of the whole video, in seconds
 */
export function framesAtSpeed(
  times: Float64Array,
  duration: number,
  { first, last }: FrameRange,
  speed: number,
): TimedFrame[] {
  const begin = times[first] ?? 0;
  const at = (frame: number) => ((times[frame] ?? duration) - begin) / speed;
  const kept: number[] = [];
  for (let frame = first; frame <= last; frame++) {
    const before = kept.at(-1);
    const isTooSoon = before !== undefined && at(frame) - at(before) < 1 / MAX_RATE - SLACK;
    if (speed <= 1 || !isTooSoon) kept.push(frame);
  }
  return kept.map((index, i) => {
    const start = at(index);
    return { index, start, duration: Math.max(0.001, at(kept[i + 1] ?? last + 1) - start) };
  });
}

/** How long a part of a video takes, in seconds of the file's own time. */
export function lengthOf(times: Float64Array, duration: number, { first, last }: FrameRange): number {
  return (times[last + 1] ?? duration) - (times[first] ?? 0);
}
