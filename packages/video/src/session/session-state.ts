import { InputError } from "@sam2js/core";
import type { Mask, Rle } from "@sam2js/masks";
import { FeatureCache } from "../engine/feature-cache.js";
import { UnknownObjectError } from "../errors.js";
import { MAX_FRAMES } from "../limits.js";
import type { ObjectId } from "../state/object-id.js";
import type { Retention } from "../state/retention.js";
import type { RecordSizes, TrackedObject } from "../state/tracked-object.js";
import type { TrackingPolicy } from "../state/tracking-policy.js";
import type { SessionFrames } from "./session-frames.js";

/** The masks of which computed frames a session keeps, as run lengths: of all, of the last n, or of none. */
export type KeepMasks = boolean | number;

/**
 * Takes the masks of a frame as soon as they are found, in the size of the video, by object. A promise is waited for before the next frame; it must
 * not wait for the session in turn.
 */
export type OnMasks = (frameIndex: number, masks: ReadonlyMap<ObjectId, Mask>) => void | Promise<void>;

/** What a session is made of. */
export interface SessionParts {
  readonly frames: SessionFrames;
  readonly retention: Retention;
  readonly policy: TrackingPolicy;
  readonly keepMasks: KeepMasks;
  readonly onMasks?: OnMasks | undefined;
  readonly featureCacheSize: number;
}

/** All that is known of one video or stream. Steps, bytes and the public session work on it; whoever changes it has its turn in the queue. */
export class SessionState {
  readonly frames: SessionFrames;
  readonly retention: Retention;
  readonly policy: TrackingPolicy;
  readonly onMasks: OnMasks | undefined;
  /** Of how many frames masks are kept. */
  readonly maskLimit: number;
  readonly features: FeatureCache;
  /** By id, in the order of their first prompts. */
  readonly objects = new Map<ObjectId, TrackedObject>();
  /** By frame, the one computed last at the end; by object. */
  readonly masks = new Map<number, Map<ObjectId, Rle>>();
  /** Of the model whose results it holds. */
  fingerprint: string | undefined;
  sizes: RecordSizes | undefined;

  constructor({ frames, retention, policy, keepMasks, onMasks, featureCacheSize }: SessionParts) {
    this.frames = frames;
    this.retention = retention;
    this.policy = policy;
    this.maskLimit = typeof keepMasks === "number" ? keepMasks : keepMasks ? Number.POSITIVE_INFINITY : 0;
    this.onMasks = onMasks;
    this.features = new FeatureCache(featureCacheSize);
  }

  /** @throws {UnknownObjectError} there is none of this id */
  object(id: ObjectId): TrackedObject {
    const object = this.objects.get(id);
    if (!object) throw new UnknownObjectError(id, [...this.objects.keys()]);
    return object;
  }

  removeObject(id: ObjectId): void {
    this.objects.delete(this.object(id).id);
    for (const masks of this.masks.values()) masks.delete(id);
  }

  /** @throws {FrameOutOfRangeError} a video has no such frame */
  checkFrameIndex(frame: unknown): number {
    const { isStream, count = MAX_FRAMES } = this.frames;
    const isIndex = Number.isSafeInteger(frame) && (frame as number) >= 0 && (frame as number) < MAX_FRAMES;
    if (!isIndex || (!isStream && (frame as number) >= count)) throw this.frames.missing(frame as number);
    return frame as number;
  }

  /** Keeps masks of a frame beside those that are kept of other objects. */
  keepMasks(frame: number, masks: Iterable<readonly [ObjectId, Rle]>): void {
    const kept = this.masks.get(frame) ?? new Map<ObjectId, Rle>();
    for (const [id, rle] of masks) kept.set(id, rle);
    this.masks.delete(frame);
    this.masks.set(frame, kept);
    for (const oldest of this.masks.keys()) {
      if (this.masks.size <= this.maskLimit) break;
      this.masks.delete(oldest);
    }
  }

  /** Results of one model mean nothing to another. @throws {InputError} another model made what the session holds */
  bind(model: { readonly fingerprint: string; readonly name: string }, sizes: RecordSizes): void {
    this.fingerprint ??= model.fingerprint;
    this.sizes ??= sizes;
    if (this.fingerprint === model.fingerprint) return;
    throw new InputError(
      `session: expected the model that it was used with (${this.fingerprint.slice(0, 12)}…), got ${model.name} (${model.fingerprint.slice(0, 12)}…); make a session for each model`,
      { expected: this.fingerprint, got: model.fingerprint },
    );
  }
}
