import { type ByteFormat, writeCheckedBytes } from "@sam2js/core";
import type { FrameRecord } from "../state/tracked-object.js";
import { type RecordEntry, type SessionHeader, writeMask } from "./session-header.js";
import type { SessionState } from "./session-state.js";

/** Masks of a long video are most of a header: 2³⁰ bytes of them would be more than anyone wants to keep. */
export const SESSION_FORMAT: ByteFormat = {
  mark: "S2VS",
  what: "saved session",
  madeBy: "session.serialize()",
  maxHeaderBytes: 1 << 30,
};

/** The header, then blocks in the order of its records: pointer (float32), memory (bfloat16; float32 of EdgeTAM), logits (float32). No pixels. */
export function writeSession(session: SessionState): Uint8Array {
  const blocks: (Float32Array | Uint16Array)[] = [];
  const add = (block: Float32Array | Uint16Array) => {
    blocks.push(block);
    return block.length;
  };
  const records = (entries: ReadonlyMap<number, FrameRecord>): RecordEntry[] =>
    [...entries].map(([frame, { score, pointer, memory, logits, isForgotten }]) => ({
      frame,
      score,
      pointer: add(pointer),
      ...(memory && { memory: add(memory) }),
      ...(logits && { logits: add(logits) }),
      ...(isForgotten && { isForgotten }),
    }));
  const { retention, policy, maskLimit, fingerprint, frames } = session;
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
    objects: [...session.objects.values()].map((object) => ({
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
      conditioning: records(object.conditioning),
      tracked: records(object.tracked),
    })),
    masks: [...session.masks].map(([frame, masks]) => ({
      frame,
      masks: [...masks].map(([id, rle]) => ({ id, ...writeMask(rle) })),
    })),
  };
  return writeCheckedBytes(SESSION_FORMAT, header, blocks);
}
