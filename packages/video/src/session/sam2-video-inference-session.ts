import { checkNumber, checkOptions, InputError, type TensorLike } from "@sam2js/core";
import { Mask } from "@sam2js/masks";
import type { ObjectId } from "../state/object-id.js";
import type { Retention } from "../state/retention.js";
import type { TrackingPolicy } from "../state/tracking-policy.js";
import { type ObjectFrameOutput, type ObjectInputs, toInputs, toOutput } from "./object-view.js";
import type { FrameSize } from "./session-frames.js";
import type { SessionState } from "./session-state.js";
import { WorkQueue } from "./work-queue.js";
import { writeSession } from "./write-session.js";

/** How a session is saved. */
export interface SerializeSessionOptions {
  /**
   * Most bytes of all. Numbers are exact where that is room enough, else as exact as it allows: 8 to 3 bits each, packed by what they have in common. Default: no
   * bound.
   */
  readonly maxBytes?: number | undefined;
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
  /** @internal What steps work on. */
  readonly state: SessionState;
  /** @internal One piece of work at a time, in the order of the calls. */
  readonly queue = new WorkQueue("video session");

  /** @internal */
  constructor(state: SessionState) {
    this.state = state;
  }

  /** What is kept of tracked frames. */
  get retention(): Retention {
    return this.state.retention;
  }

  /** Whose rules are followed where implementations differ; the whole record. */
  get policy(): TrackingPolicy {
    return this.state.policy;
  }

  /** Whether masks of computed frames are kept, as run lengths. */
  get keepsMasks(): boolean {
    return this.state.maskLimit > 0;
  }

  /** Ids of the objects, in the order of their first prompts, which is that of results. */
  get objectIds(): ObjectId[] {
    return [...this.state.objects.keys()];
  }

  /**
   * [height, width] of the video in pixels. Known at once where frames are pixels or arrays, or the source or a caller said it; undefined of files
   * until a frame was read: `getFrame(0)` reads one.
   */
  get size(): FrameSize | undefined {
    return this.state.frames.size;
  }

  /** Frames of the video, or of the stream so far; undefined while a video's length is unknown. */
  get frameCount(): number | undefined {
    return this.state.frames.count;
  }

  /** Whether frames are given one by one. */
  get isStreaming(): boolean {
    return this.state.frames.isStream;
  }

  /** Frames with a prompt of any object, ascending. */
  get promptedFrames(): number[] {
    const objects = [...this.state.objects.values()];
    const frames = new Set(objects.flatMap((object) => [...object.prompts.keys()]));
    return [...frames].sort((a, b) => a - b);
  }

  /** Ids of objects with prompts that no step has used yet. */
  get objectsWithNewInputs(): ObjectId[] {
    return [...this.state.objects.values()].filter(({ pending }) => pending.size > 0).map(({ id }) => id);
  }

  /** The prompts of an object, by frame, as they were given last. @throws {UnknownObjectError} there is none of this id */
  inputs(id: ObjectId): Map<number, ObjectInputs> {
    return new Map([...this.state.object(id).prompts].map(([frame, prompt]) => [frame, toInputs(prompt)]));
  }

  /**
   * The frames that an object was followed to, and whether backwards at last. Frames that began it, and those of streams that went by long ago,
   * are not among them.
   *
   * @throws {UnknownObjectError} there is none of this id
   */
  trackedFrames(id: ObjectId): Map<number, { readonly reverse: boolean }> {
    const { visited, visitedInReverse } = this.state.object(id);
    return new Map([...visited].map((frame) => [frame, { reverse: visitedInReverse.has(frame) }]));
  }

  /**
   * What the session keeps of an object on a frame; undefined where it was not computed, or `retention` dropped it.
   *
   * @throws {UnknownObjectError} there is no such object
   */
  getOutput(id: ObjectId, frameIndex: number): ObjectFrameOutput | undefined {
    checkNumber(frameIndex, "frameIndex", "the number of a frame, from 0");
    const { conditioning, tracked } = this.state.object(id);
    const record = conditioning.get(frameIndex) ?? tracked.get(frameIndex);
    return record && toOutput(record, conditioning.has(frameIndex));
  }

  /**
   * A frame as the network takes it: float32 [1, 3, S, S]. Of a stream the last one.
   *
   * @throws {FrameOutOfRangeError} there is no such frame, or it went by  @throws {ImageError} it cannot be decoded
   */
  async getFrame(
    frameIndex: number,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<TensorLike> {
    checkOptions(options, ["signal"], "getFrame");
    const index = this.state.checkFrameIndex(frameIndex);
    return this.queue.run((turn) => this.state.frames.pixels(index, turn), options.signal);
  }

  /** Forgets an object. Others are not touched. @throws {UnknownObjectError} there is none of this id */
  removeObject(id: ObjectId): void {
    this.queue.assertUsable();
    this.state.removeObject(id);
  }

  /**
   * Takes back the prompt of an object on a frame. What was found there counts as tracked from then on.
   *
   * @throws {UnknownObjectError} there is no such object
   */
  clearInputs(id: ObjectId, frameIndex: number): void {
    this.queue.assertUsable();
    checkNumber(frameIndex, "frameIndex", "the number of a frame, from 0");
    this.state.object(id).clearPrompt(frameIndex);
  }

  /** Forgets all objects and masks. A stream begins again at frame 0 unless `keepFrames`. */
  reset(options: { readonly keepFrames?: boolean | undefined } = {}): void {
    checkOptions(options, ["keepFrames"], "reset");
    const { keepFrames = true } = options;
    this.queue.assertUsable();
    this.#forget();
    if (!keepFrames) this.state.frames.restart();
  }

  /** The masks of a computed frame, by object; empty where `keepMasks` keeps none of it. */
  masks(frameIndex: number): Map<ObjectId, Mask> {
    checkNumber(frameIndex, "frameIndex", "the number of a frame, from 0");
    const kept = this.state.masks.get(frameIndex) ?? [];
    return new Map([...kept].map(([id, rle]) => [id, new Mask(rle)]));
  }

  /**
   * Versioned bytes that `model.restoreSession` goes on with, here or on another machine: prompts, memories, kept masks. No pixels. A step under
   * way is waited for, unless it waits for its frame: until that comes the session is as it was before.
   *
   * @throws {InputError} `maxBytes` is no number above 0, or too little
   */
  async serialize(options: SerializeSessionOptions = {}): Promise<Uint8Array> {
    checkOptions(options, ["maxBytes"], "serialize");
    const { maxBytes } = options;
    if (maxBytes !== undefined && !(maxBytes > 0)) {
      throw InputError.expected("maxBytes", "a number above 0", maxBytes);
    }
    return this.queue.look(() => writeSession(this.state, maxBytes));
  }

  /** Ends what is under way, frees what lies on the device and forgets the rest. Calling it twice is allowed. */
  async dispose(): Promise<void> {
    await this.queue.end();
    this.#forget();
    await this.state.features.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #forget(): void {
    this.state.objects.clear();
    this.state.masks.clear();
  }
}
