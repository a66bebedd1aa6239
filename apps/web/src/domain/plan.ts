import type { Track } from "./track.js";

export type TrackDirection = "both" | "forward" | "backward";

/** Frames of a video, both ends with it. */
export interface FrameRange {
  readonly first: number;
  readonly last: number;
}

/** One frame to compute, for the objects that need it. */
export interface Job {
  readonly frame: number;
  readonly objectIds: readonly string[];
  readonly isReverse: boolean;
}

/**
 * What is to be computed: every object forwards from its first prompt to the end, then backwards to the beginning, only where it is missing
 * or out of date. Objects share a frame's encoding.
 *
 * @param tracks  by object  @param count  frames of the video  @param range  the only frames that are wanted; default all
 */
export function planJobs(
  tracks: ReadonlyMap<string, Track>,
  count: number,
  direction: TrackDirection = "both",
  range: FrameRange | null = null,
): Job[] {
  const jobs: Job[] = [];
  const add = (frame: number, isReverse: boolean) => {
    const objectIds = [...tracks]
      .filter(([, track]) => {
        const { first } = track;
        return first !== undefined && frame < first === isReverse && track.needs(frame);
      })
      .map(([id]) => id);
    if (objectIds.length > 0) jobs.push({ frame, objectIds, isReverse });
  };
  const { first, last } = range ?? { first: 0, last: count - 1 };
  if (direction !== "backward") for (let frame = first; frame <= last; frame++) add(frame, false);
  if (direction !== "forward") for (let frame = last; frame >= first; frame--) add(frame, true);
  return jobs;
}
