import { EdgeTamVideoConfig, POINT_LABEL, type VideoModelConfig } from "@sam2js/core";
import { fillHoles } from "@sam2js/masks";
import type { Conditioning, Decoded, FrameFeatures, VideoEngine } from "../engine/video-engine.js";
import { recall } from "../state/memory-bank.js";
import type { FrameRecord, Prompt, StoredMemory, TrackedObject } from "../state/tracked-object.js";
import type { TrackingPolicy } from "../state/tracking-policy.js";
import { decoderPoints } from "./decoder-points.js";
import { maskAnswer } from "./mask-answer.js";

/** Logits and score of an object that is not there. */
export const ABSENT_LOGIT = -1024;
/** Earlier logits are clamped to this before they are fed back. */
const MAX_EARLIER_LOGIT = 32;
/** What the logits of a filled hole become. */
const FILLED_LOGIT = 0.1;

/** All that a step depends on, beside the objects. */
export interface StepContext {
  readonly engine: VideoEngine;
  readonly config: VideoModelConfig;
  readonly policy: TrackingPolicy;
  /** Frames of the video; missing for streams and videos of unknown length. */
  readonly frameCount: number | undefined;
  /** Features of the frame; encoded on the first call. */
  features(): Promise<FrameFeatures>;
  /** [height, width] of the video; known once there are features. */
  size(): readonly [number, number];
}

export interface StepOptions {
  readonly frame: number;
  readonly reverse: boolean;
  readonly runMemEncoder: boolean;
  readonly signal: AbortSignal | undefined;
}

/** What a step found out about one object. Nothing is stored before {@link commitStep}. */
export interface ObjectStep {
  readonly object: TrackedObject;
  readonly logits: Float32Array;
  readonly score: number;
  /** False for an object that no frame has begun yet. */
  readonly isPresent: boolean;
  /** Missing where the stored record, or none, is the answer. */
  readonly computed?: ComputedStep | undefined;
}

interface ComputedStep {
  readonly prompt: Prompt | undefined;
  readonly begins: boolean;
  readonly reverse: boolean;
  readonly record: FrameRecord;
}

/** A frame's answer for one object before its memory is made. */
interface Draft {
  readonly object: TrackedObject;
  readonly prompt: Prompt | undefined;
  readonly begins: boolean;
  readonly reverse: boolean;
  readonly decoded: Decoded;
  /** [S, S] of a mask that was given. */
  readonly mask?: Float32Array | undefined;
}

/**
 * Finds the objects on one frame.
 *
 * Only an (object, frame) whose own prompt no step has used is computed with it; the frame begins the object unless it was followed to that
 * frame already. Prompted frames that were computed are returned as they are. Memories of all computed objects are made at the end.
 *
 * @throws {MemoryEvictedError} memories within reach are gone
 */
export async function runStep(
  context: StepContext,
  objects: Iterable<TrackedObject>,
  options: StepOptions,
): Promise<ObjectStep[]> {
  const drafts: (Draft | ObjectStep)[] = [];
  for (const object of objects) {
    const settled = settledStep(object, options.frame, context.engine.maskSize);
    drafts.push(settled ?? (await draftObject(context, object, options)));
  }
  const computed = drafts.filter((draft): draft is Draft => "decoded" in draft);
  // In the reference, EdgeTAM encodes the memory of each object by itself.
  const isTogether = context.policy.hardMemory === "frame" && !(context.config instanceof EdgeTamVideoConfig);
  const isFrameHard = isTogether && computed.some(({ prompt }) => prompt !== undefined);
  const steps: ObjectStep[] = [];
  for (const draft of drafts) {
    steps.push("decoded" in draft ? await withMemory(context, draft, isFrameHard, options) : draft);
  }
  return steps;
}

/** Stores what a step found, for all objects at once. Objects that were removed, and prompts that were replaced meanwhile, are left alone. */
export function commitStep(
  steps: readonly ObjectStep[],
  frame: number,
  isCurrent: (object: TrackedObject) => boolean,
  policy: TrackingPolicy,
): void {
  for (const { object, computed } of steps) {
    if (!isCurrent(object)) continue;
    if (!computed) {
      if (policy.tracksPromptedFrames && object.conditioning.has(frame)) object.visited.add(frame);
      continue;
    }
    const { prompt, begins, reverse, record } = computed;
    if (prompt && object.prompts.get(frame) === prompt) object.pending.delete(frame);
    if (begins || object.conditioning.has(frame)) object.conditioning.set(frame, record);
    else {
      object.tracked.set(frame, record);
      if (prompt) object.corrected.add(frame);
    }
    if (begins) continue;
    object.visited.add(frame);
    if (reverse) object.visitedInReverse.add(frame);
    else object.visitedInReverse.delete(frame);
  }
}

/** The answer that needs no network: stored, or that there is none yet. */
function settledStep(object: TrackedObject, frame: number, side: number): ObjectStep | undefined {
  const fixed = object.fixedRecord(frame);
  if (fixed?.logits) return { object, logits: fixed.logits, score: fixed.score, isPresent: true };
  if (object.conditioning.size > 0 || object.pending.has(frame)) return undefined;
  const logits = new Float32Array(side * side).fill(ABSENT_LOGIT);
  return { object, logits, score: ABSENT_LOGIT, isPresent: false };
}

async function draftObject(
  context: StepContext,
  object: TrackedObject,
  { frame, reverse: wantsReverse, signal }: StepOptions,
): Promise<Draft> {
  const { engine, config, policy, frameCount } = context;
  const prompt = object.pending.has(frame) ? object.prompts.get(frame) : undefined;
  const begins = prompt !== undefined && (!object.visited.has(frame) || object.conditioning.size === 0);
  const isCorrection = prompt !== undefined && !begins;
  const reverse =
    isCorrection && policy.correctionDirection === "tracked"
      ? object.visitedInReverse.has(frame)
      : wantsReverse && !begins;
  if (prompt?.kind === "mask") {
    return { object, prompt, begins, reverse, ...(await answerWithMask(context, prompt.mask, signal)) };
  }
  const conditioning: Conditioning = begins
    ? { kind: "none" }
    : { kind: "memory", recall: recall(object, { frame, reverse, frameCount }, config, policy) };
  const count = prompt?.labels.length ?? 0;
  const multimask =
    config.multimaskOutputInSam &&
    (begins || config.multimaskOutputForTracking) &&
    config.multimaskMinPtNum <= count &&
    count <= config.multimaskMaxPtNum;
  const earlier =
    prompt && policy.feedsEarlierLogits
      ? (object.conditioning.get(frame) ?? object.tracked.get(frame))?.logits
      : undefined;
  const features = await context.features();
  const decoded = await engine.decode(
    features,
    {
      ...decoderPoints(prompt, prompt ? context.size() : [1, 1], engine.imageSize),
      conditioning,
      multimask,
      earlierLogits: earlier?.map((each) => Math.max(-MAX_EARLIER_LOGIT, Math.min(MAX_EARLIER_LOGIT, each))),
    },
    signal,
  );
  return { object, prompt, begins, reverse, decoded };
}

/** The mask is the answer; the decoder is asked for the pointer alone. */
async function answerWithMask(
  { engine, policy, features }: StepContext,
  rle: Parameters<typeof maskAnswer>[0],
  signal: AbortSignal | undefined,
): Promise<{ readonly decoded: Decoded; readonly mask: Float32Array }> {
  const { mask, logits, score } = maskAnswer(rle, engine.imageSize, engine.maskSize);
  if (score <= 0) return { mask, decoded: { logits, score, pointer: await engine.noObjectPointer() } };
  const { pointer } = await engine.decode(
    await features(),
    {
      points: new Float32Array(4),
      labels: new Int32Array([POINT_LABEL.none, POINT_LABEL.none]),
      conditioning: { kind: "mask", mask },
      multimask: policy.maskPointer === "best",
    },
    signal,
  );
  return { mask, decoded: { logits, score, pointer } };
}

async function withMemory(
  { engine, config, policy, features }: StepContext,
  { object, prompt, begins, reverse, decoded, mask }: Draft,
  isFrameHard: boolean,
  { runMemEncoder, signal }: StepOptions,
): Promise<ObjectStep> {
  const { score, pointer } = decoded;
  const isHard = isFrameHard || prompt !== undefined;
  let memory: StoredMemory | undefined;
  if (runMemEncoder && config.numMaskmem > 0) {
    const source = mask
      ? ({ kind: "mask", mask } as const)
      : ({ kind: "logits", logits: decoded.logits, isHard } as const);
    memory = await engine.encodeMemory(await features(), { score, source }, signal);
  }
  const logits = mask ? decoded.logits : withoutHoles(decoded.logits, engine.maskSize, policy.fillHoleArea);
  const keepsLogits = prompt !== undefined || policy.feedsEarlierLogits;
  const record: FrameRecord = { score, pointer, memory, ...(keepsLogits && { logits }) };
  return { object, logits, score, isPresent: true, computed: { prompt, begins, reverse, record } };
}

/** Fills small holes of logits, 8-connected, with a weak yes. @see Meta's `fill_holes_in_mask_scores` */
function withoutHoles(logits: Float32Array, side: number, maxArea: number): Float32Array {
  if (maxArea <= 0) return logits;
  const bits = Uint8Array.from(logits, (value) => (value > 0 ? 1 : 0));
  if (!fillHoles(bits, side, side, maxArea)) return logits;
  return logits.map((value, i) => (bits[i] === 1 && value <= 0 ? FILLED_LOGIT : value));
}
