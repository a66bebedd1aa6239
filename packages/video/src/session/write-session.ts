import { type ByteFormat, InputError, writeCheckedBytes } from "@sam2js/core";
import type { FrameRecord } from "../state/tracked-object.js";
import { recordBlocks } from "./packed-records.js";
import { type RecordEntry, type SessionHeader, writeMask } from "./session-header.js";
import type { SessionState } from "./session-state.js";

/** Masks of a long video are most of a header: 2³⁰ bytes of them would be more than anyone wants to keep. */
export const SESSION_FORMAT: ByteFormat = {
  mark: "S2VS",
  what: "saved session",
  madeBy: "session.serialize()",
  maxHeaderBytes: 1 << 30,
};

/**
 * In how many steps over the range of its channel a number is kept where exact ones are too many: 8 bits to 3 before they are packed, half a bit apart.
 * With fewer, masks of later frames would be others.
 */
const STEPS = [255, 181, 127, 90, 63, 45, 31, 22, 15, 11, 7];

/**
 * A session as bytes: exactly, or as exactly as there is room for.
 *
 * @throws {InputError} there is not enough room
 */
export function writeSession(session: SessionState, maxBytes = Number.POSITIVE_INFINITY): Uint8Array {
  const exact = write(session);
  if (exact.length <= maxBytes) return exact;
  let smallest = exact;
  let best: Uint8Array | undefined;
  for (let from = 0, to = STEPS.length; from < to; ) {
    const middle = (from + to) >> 1;
    const bytes = write(session, STEPS[middle]);
    if (bytes.length < smallest.length) smallest = bytes;
    if (bytes.length <= maxBytes) {
      best = bytes;
      to = middle;
    } else from = middle + 1;
  }
  if (best) return best;
  throw InputError.expected(
    "maxBytes",
    `at least ${smallest.length} for what this session keeps`,
    maxBytes,
    "keep less with the session's retention or keepMasks, or give more room",
  );
}

/** The header, then the numbers of each object's records, as they are or in so many steps. No pixels. */
function write(session: SessionState, steps?: number): Uint8Array {
  const { retention, policy, maskLimit, fingerprint, frames } = session;
  const objects = [...session.objects.values()].map((object) => {
    const records = [...object.conditioning.values(), ...object.tracked.values()];
    return { object, ...recordBlocks(records, session.sizes, steps) };
  });
  const header: SessionHeader = {
    ...(fingerprint && { fingerprint }),
    processor: frames.processor.toJSON(),
    ...(frames.sampling && { sampling: frames.sampling }),
    retention,
    policy,
    keepMasks: Number.isFinite(maskLimit) && maskLimit > 0 ? maskLimit : maskLimit > 0,
    featureCacheSize: session.features.limit,
    ...(frames.size && { size: frames.size }),
    streamed: frames.isStream ? frames.next : null,
    objects: objects.map(({ object, packed }) => ({
      id: object.id,
      prompts: [...object.prompts].map(([frame, prompt]) =>
        prompt.kind === "points"
          ? { frame, points: [...prompt.points], labels: [...prompt.labels] }
          : { frame, mask: writeMask(prompt.mask) },
      ),
      pending: [...object.pending],
      corrected: [...object.corrected],
      visited: object.visited.toRanges(),
      visitedInReverse: object.visitedInReverse.toRanges(),
      conditioning: toEntries(object.conditioning),
      tracked: toEntries(object.tracked),
      ...(packed && { packed }),
    })),
    masks: [...session.masks].map(([frame, masks]) => ({
      frame,
      masks: [...masks].map(([id, rle]) => ({ id, ...writeMask(rle) })),
    })),
  };
  return writeCheckedBytes(
    SESSION_FORMAT,
    header,
    objects.flatMap(({ blocks }) => blocks),
  );
}

function toEntries(records: ReadonlyMap<number, FrameRecord>): RecordEntry[] {
  return [...records].map(([frame, { score, pointer, memory, logits, isForgotten }]) => ({
    frame,
    score,
    pointer: pointer.length,
    ...(memory && { memory: memory.length }),
    ...(logits && { logits: logits.length }),
    ...(isForgotten && { isForgotten }),
  }));
}
