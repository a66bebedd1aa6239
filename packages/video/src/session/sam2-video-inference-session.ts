import { InputError } from "@sam2js/core";
import { Mask, type Rle } from "@sam2js/masks";
import type { Sam2Processor } from "@sam2js/processor";
import { FeatureCache } from "../engine/feature-cache.js";
import { PromptShapeError, UnknownObjectError } from "../errors.js";
import { MAX_CONDITIONING_FRAMES, MAX_FRAMES, MAX_OBJECTS } from "../limits.js";
import type { ObjectId } from "../state/object-id.js";
import type { Retention } from "../state/retention.js";
import { type Prompt, TrackedObject } from "../state/tracked-object.js";
import type { TrackingPolicy } from "../state/tracking-policy.js";
import type { FrameSize, SessionFrames } from "./session-frames.js";
import { type Turn, WorkQueue } from "./work-queue.js";
import { writeSession } from "./write-session.js";

/** The masks of which computed frames a session keeps, as run lengths: of all, of the last n, or of none. */
export type KeepMasks = boolean | number;

/**
 * Takes the masks of a frame as soon as they are found, in the size of the video, by object. A promise is waited for before the next frame; it must
 * not wait for the session in turn.
 */
export type OnMasks = (frameIndex: number, masks: ReadonlyMap<ObjectId, Mask>) => void | Promise<void>;

/** @internal What a session is made of. */
export interface SessionParts {
  readonly processor: Sam2Processor;
  readonly frames: SessionFrames;
  readonly retention: Retention;
  readonly policy: TrackingPolicy;
  readonly keepMasks: KeepMasks;
  readonly onMasks?: OnMasks | undefined;
  readonly featureCacheSize: number;
}

/**
 * The objects of one video or stream: their prompts, and of the past what later frames can see.
 *
 * Made by `Sam2VideoProcessor.initVideoSession`. Calls on one session wait for each other; prompts may be added at any time and are used by
 * the next step on their frame. Dispose of it when done: features of the last frame lie on the device.
 *
 * @see `Sam2VideoInferenceSession` of Hugging Face transformers, which keeps everything for ever
 */
export class Sam2VideoInferenceSession {
  /** What is kept of tracked frames. */
  readonly retention: Retention;
  /** Whose rules are followed where implementations differ; the whole record. */
  readonly policy: TrackingPolicy;
  /** Whether masks of computed frames are kept, as run lengths. */
  readonly keepsMasks: boolean;
  /** @internal Takes the masks of each computed frame. */
  readonly onMasks: OnMasks | undefined;
  /** @internal Of how many frames masks are kept. */
  readonly maskLimit: number;
  /** @internal */
  readonly processor: Sam2Processor;
  /** @internal */
  readonly frames: SessionFrames;
  /** @internal By id, in the order of their first prompts. */
  readonly objects = new Map<ObjectId, TrackedObject>();
  /** @internal */
  readonly features: FeatureCache;
  /** @internal Fingerprint of the model whose results it holds. */
  fingerprint: string | undefined;
  readonly #masks = new Map<number, Map<ObjectId, Rle>>();
  readonly #queue = new WorkQueue("video session");

  /** @internal */
  constructor(parts: SessionParts) {
    this.processor = parts.processor;
    this.frames = parts.frames;
    this.retention = parts.retention;
    this.policy = parts.policy;
    this.maskLimit =
      typeof parts.keepMasks === "number" ? parts.keepMasks : parts.keepMasks ? Number.POSITIVE_INFINITY : 0;
    this.keepsMasks = this.maskLimit > 0;
    this.onMasks = parts.onMasks;
    this.features = new FeatureCache(parts.featureCacheSize);
  }

  /** Ids of the objects, in the order of their first prompts. */
  get objectIds(): ObjectId[] {
    return [...this.objects.keys()];
  }

  /** [height, width] of the video in pixels; undefined until a frame was read or the size was given. */
  get size(): FrameSize | undefined {
    return this.frames.size;
  }

  /** Frames of the video, or of the stream so far; undefined while a video's length is unknown. */
  get frameCount(): number | undefined {
    return this.frames.count;
  }

  /** Whether frames are given one by one. */
  get isStreaming(): boolean {
    return this.frames.isStream;
  }

  /** Frames with a prompt of any object, ascending. */
  get promptedFrames(): number[] {
    const frames = new Set([...this.objects.values()].flatMap((object) => [...object.prompts.keys()]));
    return [...frames].sort((a, b) => a - b);
  }

  /** Forgets an object. Others are not touched. @throws {UnknownObjectError} there is none of this id */
  removeObject(id: ObjectId): void {
    this.#assertUsable();
    this.#object(id);
    this.objects.delete(id);
    for (const masks of this.#masks.values()) masks.delete(id);
  }

  /**
   * Takes back the prompt of an object on a frame. What was found there counts as tracked from then on.
   *
   * @throws {UnknownObjectError} there is no such object
   */
  clearInputs(id: ObjectId, frameIndex: number): void {
    this.#assertUsable();
    const object = this.#object(id);
    object.prompts.delete(frameIndex);
    object.pending.delete(frameIndex);
    object.corrected.delete(frameIndex);
    const record = object.conditioning.get(frameIndex);
    if (!record) return;
    object.conditioning.delete(frameIndex);
    object.tracked.set(frameIndex, record);
    object.visited.add(frameIndex);
  }

  /** Forgets all objects and masks. A stream begins again at frame 0 unless `keepFrames`. */
  reset({ keepFrames = true }: { readonly keepFrames?: boolean | undefined } = {}): void {
    this.#assertUsable();
    this.objects.clear();
    this.#masks.clear();
    if (!keepFrames) this.frames.restart();
  }

  /** The masks of a computed frame, by object; empty where `keepMasks` keeps none of it. */
  masks(frameIndex: number): Map<ObjectId, Mask> {
    const kept = this.#masks.get(frameIndex) ?? new Map<ObjectId, Rle>();
    return new Map([...kept].map(([id, rle]) => [id, new Mask(rle)]));
  }

  /**
   * Versioned bytes that `model.restoreSession` goes on with, here or on another machine: prompts, memories, kept masks. No pixels. A step under
   * way is waited for, unless it waits for its frame: until that comes the session is as it was before.
   */
  serialize(): Promise<Uint8Array> {
    return this.#queue.look(() => writeSession(this));
  }

  /** Ends what is under way, frees what lies on the device and forgets the rest. Calling it twice is allowed. */
  async dispose(): Promise<void> {
    await this.#queue.end();
    this.objects.clear();
    this.#masks.clear();
    await this.features.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** @internal Whether prompts of these objects on a frame fit, before any of them is stored. @throws {PromptShapeError} too many */
  checkRoom(ids: readonly ObjectId[], frame: number): void {
    const objects = this.objects.size + ids.filter((id) => !this.objects.has(id)).length;
    if (objects > MAX_OBJECTS) {
      throw new PromptShapeError(
        `session: expected at most ${MAX_OBJECTS} objects, got ${objects}; remove some, or use another session`,
        { expected: MAX_OBJECTS, got: objects },
      );
    }
    for (const id of ids) {
      const prompts = this.objects.get(id)?.prompts;
      if (!prompts || prompts.has(frame) || prompts.size < MAX_CONDITIONING_FRAMES) continue;
      throw new PromptShapeError(
        `object ${JSON.stringify(id)}: expected prompts on at most ${MAX_CONDITIONING_FRAMES} frames, got one more; clear some with session.clearInputs`,
        { id, expected: MAX_CONDITIONING_FRAMES, got: prompts.size + 1 },
      );
    }
  }

  /** @internal */
  addPrompt(id: ObjectId, frame: number, prompt: Prompt): void {
    this.#assertUsable();
    const object = this.objects.get(id) ?? new TrackedObject(id);
    this.objects.set(id, object);
    object.prompts.set(frame, prompt);
    object.pending.add(frame);
  }

  /** @internal */
  checkFrameIndex(frame: unknown): number {
    const isIndex = Number.isSafeInteger(frame) && (frame as number) >= 0 && (frame as number) < MAX_FRAMES;
    if (!isIndex || (!this.isStreaming && (frame as number) >= (this.frameCount ?? MAX_FRAMES))) {
      throw this.frames.missing(frame as number);
    }
    return frame as number;
  }

  /** @internal */
  keepMasks(frame: number, masks: Iterable<readonly [ObjectId, Rle]>): void {
    const kept = this.#masks.get(frame) ?? new Map<ObjectId, Rle>();
    for (const [id, rle] of masks) kept.set(id, rle);
    this.#masks.delete(frame); // the frame computed last stands last
    this.#masks.set(frame, kept);
    for (const oldest of this.#masks.keys()) {
      if (this.#masks.size <= this.maskLimit) break;
      this.#masks.delete(oldest);
    }
  }

  /** @internal */
  keptMasks(): ReadonlyMap<number, ReadonlyMap<ObjectId, Rle>> {
    return this.#masks;
  }

  /** @internal One piece of work at a time, in the order of the calls. */
  enqueue<T>(work: (turn: Turn) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#queue.run(work, signal);
  }

  /** @internal Aborts when the session is disposed of. */
  get ended(): AbortSignal {
    return this.#queue.ended;
  }

  /** @internal Results of one model mean nothing to another. @throws {InputError} another model made what the session holds */
  bind(model: { readonly fingerprint: string; readonly name: string }): void {
    this.fingerprint ??= model.fingerprint;
    if (this.fingerprint === model.fingerprint) return;
    throw new InputError(
      `session: expected the model that it was used with (${this.fingerprint.slice(0, 12)}…), got ${model.name} (${model.fingerprint.slice(0, 12)}…); make a session for each model`,
      { expected: this.fingerprint, got: model.fingerprint },
    );
  }

  #object(id: ObjectId): TrackedObject {
    const object = this.objects.get(id);
    if (!object) throw new UnknownObjectError(id, this.objectIds);
    return object;
  }

  #assertUsable(): void {
    this.#queue.assertUsable();
  }
}
