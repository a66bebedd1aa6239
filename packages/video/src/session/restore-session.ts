import { CheckedBytes, InputError } from "@sam2js/core";
import { type ProcessorRuntime, Sam2ImageProcessor } from "@sam2js/processor";
import { toFrameSource, type VideoInput } from "../frames/frame-source.js";
import { FrameSet } from "../state/frame-set.js";
import { type FrameRecord, type RecordSizes, TrackedObject } from "../state/tracked-object.js";
import { exactReader, packedReader, type RecordReader } from "./packed-records.js";
import { Sam2VideoInferenceSession } from "./sam2-video-inference-session.js";
import { SessionFrames } from "./session-frames.js";
import { parseHeader, type RecordEntry, readMask, type SessionHeader } from "./session-header.js";
import { type OnMasks, SessionState } from "./session-state.js";
import { SESSION_FORMAT } from "./write-session.js";

/** The model that a saved session goes on with. */
export interface RestoringModel {
  readonly name: string;
  readonly fingerprint: string;
  /** Decodes frames. */
  readonly runtime: ProcessorRuntime;
}

/**
 * Reads what `session.serialize()` wrote.
 *
 * @throws {InputError} not such bytes, or of another model
 */
export function restoreSession(
  bytes: Uint8Array,
  model: RestoringModel,
  sizes: RecordSizes,
  video: VideoInput | undefined,
  onMasks?: OnMasks,
): Sam2VideoInferenceSession {
  const reader = new CheckedBytes(SESSION_FORMAT, bytes);
  const header = parseHeader(reader.header) ?? reader.refuse("a valid header", "another");
  checkModel(header, model);
  checkVideo(header, video);
  const source = video === undefined ? undefined : toFrameSource(video);
  const processor = Sam2ImageProcessor.fromJSON(header.processor, { runtime: model.runtime });
  const state = new SessionState({
    frames: new SessionFrames({
      processor,
      video: source,
      sampling: header.sampling,
      size: header.size,
      streamed: header.streamed ?? 0,
    }),
    retention: header.retention,
    policy: header.policy,
    keepMasks: header.keepMasks,
    onMasks,
    featureCacheSize: header.featureCacheSize,
  });
  state.fingerprint = header.fingerprint;
  state.sizes = sizes;
  for (const saved of header.objects) state.objects.set(saved.id, readObject(saved, reader, sizes));
  for (const { frame, masks } of header.masks) {
    state.keepMasks(
      frame,
      masks.map(({ id, ...mask }) => [id, readMask(mask)]),
    );
  }
  reader.end();
  return new Sam2VideoInferenceSession(state);
}

function readObject(
  saved: SessionHeader["objects"][number],
  reader: CheckedBytes,
  sizes: RecordSizes,
): TrackedObject {
  const object = new TrackedObject(
    saved.id,
    new FrameSet(saved.visited),
    new FrameSet(saved.visitedInReverse),
  );
  for (const prompt of saved.prompts) {
    object.prompts.set(
      prompt.frame,
      "mask" in prompt
        ? { kind: "mask", mask: readMask(prompt.mask) }
        : {
            kind: "points",
            points: Float32Array.from(prompt.points),
            labels: Int32Array.from(prompt.labels),
          },
    );
  }
  for (const frame of saved.pending) if (object.prompts.has(frame)) object.pending.add(frame);
  for (const frame of saved.corrected) object.corrected.add(frame);
  for (const entry of [...saved.conditioning, ...saved.tracked]) checkLengths(entry, reader, sizes);
  const numbers = saved.packed ? packedReader(reader, saved.packed, sizes) : exactReader(reader, sizes);
  for (const entry of saved.conditioning) object.conditioning.set(entry.frame, readRecord(entry, numbers));
  for (const entry of saved.tracked) object.tracked.set(entry.frame, readRecord(entry, numbers));
  return object;
}

function checkLengths(entry: RecordEntry, reader: CheckedBytes, sizes: RecordSizes): void {
  for (const name of ["pointer", "memory", "logits"] as const) {
    const length = entry[name];
    if (length !== undefined && length !== sizes[name]) {
      reader.refuse(`${name} blocks of ${sizes[name]} numbers`, length);
    }
  }
}

function readRecord(entry: RecordEntry, numbers: RecordReader): FrameRecord {
  return {
    score: entry.score,
    pointer: numbers.pointer(),
    ...(entry.memory !== undefined && { memory: numbers.memory() }),
    ...(entry.logits !== undefined && { logits: numbers.logits() }),
    ...(entry.isForgotten && { isForgotten: true }),
  };
}

function checkModel({ fingerprint }: SessionHeader, model: RestoringModel): void {
  if (fingerprint === undefined || fingerprint === model.fingerprint) return;
  throw new InputError(
    `saved session: expected one of ${model.name} (${model.fingerprint.slice(0, 12)}…), got that of another model or image size (${fingerprint.slice(0, 12)}…)`,
    { expected: model.fingerprint, got: fingerprint },
  );
}

function checkVideo({ streamed }: SessionHeader, video: VideoInput | undefined): void {
  if ((streamed === null) === (video !== undefined)) return;
  throw streamed === null
    ? InputError.expected("video", "the frames of the saved session, which its bytes do not hold", "none")
    : InputError.expected("video", "none, since the saved session is that of a stream", "frames");
}
