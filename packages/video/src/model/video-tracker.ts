import {
  checkFunction,
  checkList,
  checkOptions,
  InputError,
  type OnProgress,
  throwIfAborted,
  type VideoModelConfig,
} from "@sam2js/core";
import type { VideoEngine } from "../engine/video-engine.js";
import type { FrameInput } from "../frames/frame-source.js";
import { checkSession } from "../session/check-session.js";
import type { Sam2VideoInferenceSession } from "../session/sam2-video-inference-session.js";
import type { ObjectId } from "../state/object-id.js";
import { handOutMasks } from "./hand-out-masks.js";
import { leavable } from "./leavable.js";
import { everyFrame, latestFrames } from "./live-frames.js";
import { frameOrder, framesWithNewObjects } from "./propagation.js";
import { Sam2VideoSegmentationOutput } from "./sam2-video-segmentation-output.js";
import { type StepRequest, stepSession } from "./step-session.js";

/** How a frame is computed. */
export interface StepSettings {
  /** Whether time runs backwards: memories are looked for on later frames. Default false. */
  readonly reverse?: boolean | undefined;
  /** Whether results are made into memories that later frames see. Default true. */
  readonly runMemEncoder?: boolean | undefined;
  /** Only these objects; all by default. */
  readonly objectIds?: readonly ObjectId[] | undefined;
  /**
   * Where memories that a frame needs are no longer kept, compute the frames from the nearest start again instead of throwing
   * `MemoryEvictedError`. Default true for videos; a correction far from all prompts may take long then. Streams do not keep their frames.
   */
  readonly replay?: boolean | undefined;
  /** Aborting rejects with `signal.reason` and leaves the session as it was after the last completed frame. */
  readonly signal?: AbortSignal | undefined;
}

/** Which frame: an index of the session's video (or the stream's last frame), or a new frame of a stream. */
export interface ForwardOptions extends StepSettings {
  /** From 0. Of a stream without `frame`: its last one, the only one that is kept. */
  readonly frameIndex?: number | undefined;
  /** The next frame of a stream; with `frameIndex` the one of that number, which leaves a gap. */
  readonly frame?: FrameInput | undefined;
}

/** Which frames to go over. */
export interface PropagateOptions extends StepSettings {
  /** First frame. Default: the earliest prompted frame. */
  readonly startFrameIndex?: number | undefined;
  /** How many frames after the first. Default: all. */
  readonly maxFrameNumToTrack?: number | undefined;
  /** Called after each frame with phase `"track"`; `total` is missing while the length of the video is unknown. */
  readonly onProgress?: OnProgress | undefined;
}

/** How a live source is followed. */
export interface TrackOptions extends Omit<StepSettings, "reverse"> {
  /** `"none"`: every frame, the source waits. `"latest"`: what arrives meanwhile is dropped but for the newest frame. Default `"none"`. */
  readonly drop?: "none" | "latest" | undefined;
}

const STEP_OPTIONS: readonly (keyof StepSettings)[] = [
  "reverse",
  "runMemEncoder",
  "objectIds",
  "replay",
  "signal",
];
const PROPAGATE_OPTIONS: readonly (keyof PropagateOptions)[] = [
  ...STEP_OPTIONS,
  "startFrameIndex",
  "maxFrameNumToTrack",
  "onProgress",
];

/** What {@link VideoTracker} needs to know of a model. */
export interface TrackerParts<Engine extends VideoEngine, C extends VideoModelConfig> {
  readonly name: string;
  readonly fingerprint: string;
  readonly config: C;
  readonly engine: Engine;
}

/** Goes over the frames of sessions with a network. */
export class VideoTracker<
  Engine extends VideoEngine = VideoEngine,
  C extends VideoModelConfig = VideoModelConfig,
> {
  /** What messages call the model: its id, folder or file. */
  readonly name: string;
  /** What `config.json` says, in the image size that is used. Immutable. */
  readonly config: C;
  /** Differs between checkpoints, and between image sizes of one checkpoint. */
  readonly fingerprint: string;
  /** @internal */
  protected readonly engine: Engine;

  /** @internal */
  constructor({ name, fingerprint, config, engine }: TrackerParts<Engine, C>) {
    this.name = name;
    this.config = config;
    this.fingerprint = fingerprint;
    this.engine = engine;
  }

  /**
   * Finds the objects of a session on one frame.
   *
   * @throws {NoObjectsError} the session has no objects  @throws {FrameOutOfRangeError} there is no such frame
   * @throws {MemoryEvictedError} the session no longer keeps memories that the frame needs, and must not (`replay: false`) or cannot (a stream) make them again
   * @throws {InputError} neither `frameIndex` nor `frame`
   */
  async forward(
    session: Sam2VideoInferenceSession,
    options: ForwardOptions = {},
  ): Promise<Sam2VideoSegmentationOutput> {
    checkSession(session, "forward");
    checkOptions(options, [...STEP_OPTIONS, "frameIndex", "frame"], "forward");
    const { frame, frameIndex, signal, ...settings } = options;
    if (frame === undefined && frameIndex === undefined) {
      throw InputError.expected("forward", "frameIndex, or frame for a stream", "neither");
    }
    return session.queue.run(async (turn) => {
      if (frame === undefined) {
        return this.#step(session, { ...settings, turn, index: session.state.checkFrameIndex(frameIndex) });
      }
      if (!session.isStreaming) {
        throw InputError.expected(
          "frame",
          "none, since the session has a video",
          "one",
          "give frameIndex alone",
        );
      }
      const index = session.state.checkFrameIndex(frameIndex ?? session.state.frames.next);
      return this.#step(session, { ...settings, turn, index, frame });
    }, signal);
  }

  /**
   * Goes over the frames of a video, one result for each, computed when it is asked for. Prompts of frames that were not tracked yet are
   * stepped first, wherever they are; corrections of tracked frames take effect when their frame is reached.
   *
   * Another propagation, prompts and `forward` may come between two frames.
   *
   * @throws {NoConditioningFrameError} no object has a prompt  @throws {FrameOutOfRangeError} there is no such start
   */
  propagateInVideoIterator(
    session: Sam2VideoInferenceSession,
    options: PropagateOptions = {},
  ): AsyncGenerator<Sam2VideoSegmentationOutput, void, undefined> {
    checkSession(session, "propagateInVideoIterator");
    return leavable([options?.signal, session.queue.ended], (signal) => {
      checkOptions(options, PROPAGATE_OPTIONS, "propagateInVideoIterator");
      return this.#propagate(session, { ...options, signal });
    });
  }

  async *#propagate(
    session: Sam2VideoInferenceSession,
    options: PropagateOptions,
  ): AsyncGenerator<Sam2VideoSegmentationOutput, void, undefined> {
    const { startFrameIndex, maxFrameNumToTrack, onProgress, signal, ...settings } = options;
    const { reverse = false, objectIds: wanted } = settings;
    if (wanted !== undefined) checkList(wanted, "objectIds", "a list of ids of objects");
    if (onProgress !== undefined) checkFunction(onProgress, "onProgress", "a function");
    throwIfAborted(signal);
    await session.queue.run(async (turn) => {
      for (const [index, ids] of framesWithNewObjects(session.state)) {
        const objectIds = ids.filter((id) => wanted?.includes(id) ?? true);
        if (objectIds.length > 0) await this.#step(session, { ...settings, turn, objectIds, index });
      }
    }, signal);
    const order = frameOrder(session.state, { startFrameIndex, maxFrameNumToTrack, reverse });
    let done = 0;
    for (const index of order.frames) {
      throwIfAborted(signal);
      const output = await session.queue.run(async (turn) => {
        if (order.total === undefined && !(await session.state.frames.has(index, turn))) return undefined;
        return this.#step(session, { ...settings, turn, index });
      }, signal);
      if (!output) return;
      done += 1;
      onProgress?.({
        phase: "track",
        done,
        ...(order.total !== undefined && { total: order.total }),
        unit: "steps",
      });
      yield output;
    }
  }

  /** Goes forwards from the start to the end of the video, then backwards from the start to its beginning. Each frame comes once. */
  propagateBothWays(
    session: Sam2VideoInferenceSession,
    options: Omit<PropagateOptions, "reverse"> = {},
  ): AsyncGenerator<Sam2VideoSegmentationOutput, void, undefined> {
    checkSession(session, "propagateBothWays");
    return leavable([options?.signal, session.queue.ended], (signal) => {
      const names = PROPAGATE_OPTIONS.filter((name) => name !== "reverse");
      checkOptions(options, names, "propagateBothWays");
      return this.#bothWays(session, { ...options, signal });
    });
  }

  async *#bothWays(
    session: Sam2VideoInferenceSession,
    options: Omit<PropagateOptions, "reverse">,
  ): AsyncGenerator<Sam2VideoSegmentationOutput, void, undefined> {
    let start = options.startFrameIndex;
    for await (const output of this.#propagate(session, options)) {
      start ??= output.frameIndex;
      yield output;
    }
    const backwards = { ...options, startFrameIndex: start, reverse: true };
    for await (const output of this.#propagate(session, backwards)) {
      if (output.frameIndex !== start) yield output;
    }
  }

  /**
   * Follows objects through a live source: pulls a frame, yields a result. Nothing is queued. While the session has no objects, results are
   * empty; the frame of the last result can be prompted and computed with `forward`.
   */
  track(
    session: Sam2VideoInferenceSession,
    frames: AsyncIterable<FrameInput> | Iterable<FrameInput>,
    options: TrackOptions = {},
  ): AsyncGenerator<Sam2VideoSegmentationOutput, void, undefined> {
    checkSession(session, "track");
    return leavable([options?.signal, session.queue.ended], (signal) => {
      checkOptions(options, [...STEP_OPTIONS.filter((name) => name !== "reverse"), "drop"], "track");
      if (!session.isStreaming) {
        throw InputError.expected(
          "track",
          "a session without video, since frames come from the call",
          "one with a video",
          "use propagateInVideoIterator",
        );
      }
      return this.#follow(session, frames, { ...options, signal });
    });
  }

  async *#follow(
    session: Sam2VideoInferenceSession,
    frames: AsyncIterable<FrameInput> | Iterable<FrameInput>,
    { drop = "none", signal, ...settings }: TrackOptions,
  ): AsyncGenerator<Sam2VideoSegmentationOutput, void, undefined> {
    const first = session.state.frames.next;
    const source =
      drop === "latest" ? latestFrames(frames, first, signal) : everyFrame(frames, first, signal);
    for await (const { index, frame } of source) {
      throwIfAborted(signal);
      yield await session.queue.run(
        (turn) => this.#step(session, { ...settings, turn, index, frame, allowsNone: true }),
        signal,
      );
    }
  }

  async #step(
    session: Sam2VideoInferenceSession,
    request: StepRequest,
  ): Promise<Sam2VideoSegmentationOutput> {
    this.engine.assertUsable();
    session.state.bind(this, this.engine.recordSizes);
    const objects = await stepSession(this.engine, this.config, session.state, request);
    const { maskSize } = this.engine;
    const output = new Sam2VideoSegmentationOutput(request.index, objects, maskSize, session.size);
    await handOutMasks(session, output);
    return output;
  }
}
