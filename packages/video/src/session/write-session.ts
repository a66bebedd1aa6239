import { type ByteFormat, writeCheckedBytes } from "@sam2js/core";
import type { FrameRecord } from "../state/tracked-object.js";
import type { Sam2VideoInferenceSession } from "./sam2-video-inference-session.js";
import { type RecordEntry, type SessionHeader, writeMask } from "./session-header.js";

/** Masks of a long video are most of a header: 2³⁰ bytes of them would be more than anyone wants to keep. */
export const SESSION_FORMAT: ByteFormat = {
  mark: "S2VS",
  what: "saved session",
  madeBy: "session.serialize()",
  maxHeaderBytes: 1 << 30,
};

/** The header, then blocks in the order of its records: pointer (float32), memory (bfloat16), logits (float32). No pixels. */
export function writeSession(session: Sam2VideoInferenceSession): Uint8Array {
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
  const { retention, policy, keepsMasks, maskLimit, size, fingerprint } = session;
  const header: SessionHeader = {
    ...(fingerprint && { fingerprint }),
    processor: session.processor.toJSON(),
    retention,
    policy,
    keepMasks: Number.isFinite(maskLimit) && keepsMasks ? maskLimit : keepsMasks,
    featureCacheSize: session.features.limit,
    ...(size && { size }),
    streamed: session.isStreaming ? session.frames.next : null,
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
    masks: [...session.keptMasks()].map(([frame, masks]) => ({
      frame,
      masks: [...masks].map(([id, rle]) => ({ id, ...writeMask(rle) })),
    })),
  };
  return writeCheckedBytes(SESSION_FORMAT, header, blocks);
}
