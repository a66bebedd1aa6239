import { InputError } from "@sam2js/core";
import { FrameOutOfRangeError, NoConditioningFrameError } from "../errors.js";
import type { SessionState } from "../session/session-state.js";
import type { ObjectId } from "../state/object-id.js";

/** Frames in the order of a propagation. */
export interface FrameOrder {
  readonly frames: Iterable<number>;
  /** How many there are; missing where only reading them tells. */
  readonly total?: number | undefined;
}

export interface FrameRange {
  readonly startFrameIndex?: number | undefined;
  readonly maxFrameNumToTrack?: number | undefined;
  readonly reverse: boolean;
}

/** Frames whose unused prompts begin objects, ascending, with those objects. */
export function framesWithNewObjects(session: SessionState): [number, ObjectId[]][] {
  const frames = new Map<number, ObjectId[]>();
  for (const object of session.objects.values()) {
    for (const frame of object.pending) {
      if (object.visited.has(frame)) continue;
      frames.set(frame, [...(frames.get(frame) ?? []), object.id]);
    }
  }
  return [...frames].sort(([a], [b]) => a - b);
}

/**
 * The frames from the start (or the earliest prompted frame) on, within the video. Backwards from frame 0 there are none, as in the
 * reference.
 */
export function frameOrder(session: SessionState, range: FrameRange): FrameOrder {
  const { reverse, maxFrameNumToTrack: most = Number.POSITIVE_INFINITY } = range;
  if (!(most >= 0)) {
    throw InputError.expected("maxFrameNumToTrack", "a number of frames >= 0", most);
  }
  if (session.frames.isStream) {
    throw FrameOutOfRangeError.expected(
      "propagation",
      "a session with a video",
      "a stream, which keeps no frames",
      "use track, or forward with each frame",
    );
  }
  const start = startOf(session, range.startFrameIndex);
  if (reverse) {
    const last = Math.max(start - most, 0);
    const total = start === 0 ? 0 : start - last + 1;
    return { total, frames: count(start, -1, total) };
  }
  const frameCount = session.frames.count;
  const wanted = most + 1;
  if (frameCount === undefined) return { frames: count(start, 1, wanted) };
  const total = Math.min(wanted, frameCount - start);
  return { total, frames: count(start, 1, total) };
}

function startOf(session: SessionState, given: number | undefined): number {
  if (given !== undefined) return session.checkFrameIndex(given);
  const frames = [...session.objects.values()].flatMap(({ conditioning }) => [...conditioning.keys()]);
  if (frames.length === 0) throw new NoConditioningFrameError();
  return Math.min(...frames);
}

function* count(start: number, step: number, total: number): Generator<number> {
  for (let i = 0; i < total; i++) yield start + i * step;
}
