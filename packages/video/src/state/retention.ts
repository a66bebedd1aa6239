import type { ReachConfig } from "./memory-bank.js";
import type { TrackedObject } from "./tracked-object.js";

/**
 * What a session keeps of tracked frames.
 *
 * - `"window"`: what is near the frame just computed or near any prompted frame. Propagating from a prompt then gives the same
 *   result as if all were kept, in either direction and again.
 * - `"head"`: what is near the frame just computed. For endless streams in little memory.
 * - `"all"`: everything, about 0.5 MiB per object and frame at the published size.
 */
export type Retention = "window" | "head" | "all";

/**
 * Forgets which frames of a stream were tracked, but for those that the next frames look back to: the others never come again, and with gaps
 * between them (frames that were dropped) each would cost some bytes for ever.
 */
export function pruneVisits(objects: Iterable<TrackedObject>, head: number, config: ReachConfig): void {
  const first = head - reachOf(config).pointerReach;
  for (const { visited, visitedInReverse } of objects) {
    visited.deleteBefore(first);
    visitedInReverse.deleteBefore(first);
  }
}

/** How many frames back memories and pointers are taken from. */
function reachOf({ numMaskmem, maxObjectPointersInEncoder }: ReachConfig) {
  const memoryReach = numMaskmem - 1;
  return { memoryReach, pointerReach: Math.max(memoryReach, maxObjectPointersInEncoder - 1) };
}

/** Drops the records that no step from the head or from a prompted frame can read. Prompted and corrected frames always stay. */
export function prune(
  objects: Iterable<TrackedObject>,
  head: number,
  retention: Retention,
  config: ReachConfig,
): void {
  if (retention === "all") return;
  const all = [...objects];
  const anchors = [head];
  if (retention === "window") {
    for (const object of all) anchors.push(...object.conditioning.keys());
  }
  const { memoryReach, pointerReach } = reachOf(config);
  for (const object of all) {
    for (const [frame, record] of object.tracked) {
      if (object.corrected.has(frame)) continue;
      const distance = Math.min(...anchors.map((anchor) => Math.abs(anchor - frame)));
      if (distance > pointerReach) object.tracked.delete(frame);
      else if (distance > memoryReach && (record.memory || record.logits)) {
        const { memory, logits: _logits, ...rest } = record;
        object.tracked.set(frame, memory ? { ...rest, isForgotten: true } : rest);
      }
    }
  }
}
