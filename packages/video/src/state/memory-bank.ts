import { InputError, type VideoModelConfig } from "@sam2js/core";
import { MemoryEvictedError } from "../errors.js";
import type { FrameRecord, StoredMemory, TrackedObject } from "./tracked-object.js";
import type { TrackingPolicy } from "./tracking-policy.js";

/** Which frame is to be conditioned on what came before it. */
export interface MemoryQuery {
  readonly frame: number;
  readonly reverse: boolean;
  /** Frames of the video; missing for streams and videos of unknown length. */
  readonly frameCount?: number | undefined;
}

/** Memories and pointers that a frame attends to. */
export interface MemoryRecall {
  /** [K, D] each, F of them; the engine knows K and D. */
  readonly memories: readonly StoredMemory[];
  /** [F] rows of `memory_temporal_positional_encoding`. */
  readonly rows: Int32Array;
  /** [C] each, R of them, possibly none. */
  readonly pointers: readonly Float32Array[];
  /** [R] distance in time over the largest that pointers are taken from. */
  readonly times: Float32Array;
}

/** Rows of memory that a config looks back to, and pointers. */
export type ReachConfig = Pick<
  VideoModelConfig,
  "numMaskmem" | "maxObjectPointersInEncoder" | "maxCondFrameNum"
>;

/**
 * Chooses what of an object's past a frame sees. Its memories are all conditioning frames (or the nearest, with a cap) and the last
 * `numMaskmem − 1` tracked frames behind it. Its pointers are those of conditioning frames that are not ahead and of the last tracked frames.
 *
 * @throws {MemoryEvictedError} a frame within reach was tracked, but its record is gone
 * @see `_gather_memory_frame_outputs` and `_get_object_pointers` of the reference
 */
export function recall(
  object: TrackedObject,
  query: MemoryQuery,
  config: ReachConfig,
  policy: TrackingPolicy,
): MemoryRecall {
  const { frame, reverse, frameCount } = query;
  const sign = reverse ? -1 : 1;
  const selected = nearestConditioning(object, frame, config.maxCondFrameNum);
  const memories: StoredMemory[] = [];
  const rows: number[] = [];
  const take = (record: FrameRecord, row: number) => {
    if (!record.memory) return;
    memories.push(record.memory);
    rows.push(row);
  };
  for (const each of selected) take(object.conditioning.get(each) as FrameRecord, config.numMaskmem - 1);
  for (let offset = config.numMaskmem - 1; offset > 0; offset--) {
    const past = frame - sign * offset;
    const record = object.tracked.get(past);
    const prompted = selected.includes(past) ? undefined : object.conditioning.get(past);
    if (record?.memory) take(record, offset - 1);
    else if ((!record || record.isForgotten) && wasTracked(object, past)) throw evicted(object, query, past);
    else if (prompted) take(prompted, offset - 1);
  }
  if (memories.length === 0) {
    throw new InputError(
      `frame ${frame}: expected a memory of object ${JSON.stringify(object.id)}, got none; compute its prompted frame with runMemEncoder: true`,
      { frame, object: object.id, expected: "a memory", got: "none" },
    );
  }

  const reach = Math.min(frameCount ?? Number.POSITIVE_INFINITY, config.maxObjectPointersInEncoder);
  const pointers: Float32Array[] = [];
  const times: number[] = [];
  const span = Math.max(1, reach - 1); // one frame has no past: the reference divides by 0 there
  for (const [past, record] of object.conditioning) {
    const distance = (frame - past) * sign;
    if (distance < 0 || (policy.capsPointers && !selected.includes(past))) continue;
    pointers.push(record.pointer);
    times.push(distance / span);
  }
  for (let offset = 1; offset < reach; offset++) {
    const past = frame - sign * offset;
    if (past < 0 || (frameCount !== undefined && past >= frameCount)) break;
    const record =
      object.tracked.get(past) ??
      (policy.capsPointers && !selected.includes(past) ? object.conditioning.get(past) : undefined);
    if (!record && wasTracked(object, past)) throw evicted(object, query, past);
    if (!record) continue;
    pointers.push(record.pointer);
    times.push(offset / span);
  }
  return { memories, rows: Int32Array.from(rows), pointers, times: Float32Array.from(times) };
}

/** All conditioning frames, or with a cap the nearest behind, the nearest at or ahead, then the nearest others. */
function nearestConditioning(object: TrackedObject, frame: number, cap: number): readonly number[] {
  const frames = [...object.conditioning.keys()];
  if (cap === -1 || frames.length <= cap) return frames;
  const before = Math.max(...frames.filter((each) => each < frame));
  const after = Math.min(...frames.filter((each) => each >= frame));
  const chosen = [before, after].filter(Number.isFinite);
  const others = frames
    .filter((each) => !chosen.includes(each))
    .sort((a, b) => Math.abs(a - frame) - Math.abs(b - frame));
  return [...chosen, ...others.slice(0, Math.max(0, cap - chosen.length))];
}

/** Whether there was a record of a frame: a step may be told to make no memory, so one without is no lack. */
function wasTracked({ visited, conditioning }: TrackedObject, frame: number): boolean {
  return visited.has(frame) && !conditioning.has(frame);
}

function evicted(
  object: TrackedObject,
  { frame, reverse }: MemoryQuery,
  missing: number,
): MemoryEvictedError {
  const starts = [...object.conditioning.keys(), ...edges(object, missing, reverse)];
  const behind = starts.filter((each) => (reverse ? each > missing : each <= missing));
  const start = reverse ? Math.min(...behind) : Math.max(...behind);
  return new MemoryEvictedError(frame, missing, Number.isFinite(start) ? start : missing);
}

/** Where the tracking that went over a frame began. */
function edges(object: TrackedObject, frame: number, reverse: boolean): number[] {
  const range = object.visited.toRanges().find(([first, last]) => first <= frame && frame <= last);
  return range ? [reverse ? range[1] : range[0]] : [];
}
