import type { FrameRecord } from "../state/tracked-object.js";
import { ByteWriter } from "./byte-blocks.js";
import type { Sam2VideoInferenceSession } from "./sam2-video-inference-session.js";
import { type RecordEntry, type SessionHeader, writeMask } from "./session-header.js";

/**
 * Layout: `S2VS`, version, length of the JSON header, the header, then blocks in the order of the header's records: memory (bfloat16), pointer
 * (float32), logits (float32). No pixels.
 */
export function writeSession(session: Sam2VideoInferenceSession): Uint8Array {
  const writer = new ByteWriter();
  const records = (entries: ReadonlyMap<number, FrameRecord>): RecordEntry[] =>
    [...entries].map(([frame, { score, pointer, memory, logits, isForgotten }]) => ({
      frame,
      score,
      pointer: writer.add(pointer),
      ...(memory && { memory: writer.add(memory) }),
      ...(logits && { logits: writer.add(logits) }),
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
  return writer.finish(header);
}
