import type { ModelReference } from "@sam2js/checkpoint";
import {
  InputError,
  type OnProgress,
  type Runtime,
  type RuntimeCapabilities,
  raceAbort,
  Sam2VideoConfig,
  throwIfAborted,
} from "@sam2js/core";
import { videoWeights } from "@sam2js/graph";
import type { FromPretrainedOptions } from "@sam2js/pipeline";
import { type Loaded, loadPretrained, type ModelDefinition } from "@sam2js/pipeline/internal";
import { GraphEngine } from "../engine/graph-engine.js";
import type { VideoEngine } from "../engine/video-engine.js";
import type { VideoInput } from "../frames/frame-source.js";
import { restoreSession } from "../session/restore-session.js";
import type { Sam2VideoInferenceSession } from "../session/sam2-video-inference-session.js";
import type { FrameInput } from "../session/session-frames.js";
import type { ObjectId } from "../state/object-id.js";
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
   * `MemoryEvictedError`. Default false: it may take long.
   */
  readonly replay?: boolean | undefined;
  /** Aborting rejects with `signal.reason` and leaves the session as it was after the last completed frame. */
  readonly signal?: AbortSignal | undefined;
}

/** Which frame: an index of the session's video (or the stream's last frame), or a new frame of a stream. */
export interface ForwardOptions extends StepSettings {
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
  readonly onProgress?: OnProgress | undefined;
}

/** How a live source is followed. */
export interface TrackOptions extends Omit<StepSettings, "reverse"> {
  /** `"none"`: every frame, the source waits. `"latest"`: what arrives meanwhile is dropped but for the newest frame. Default `"none"`. */
  readonly drop?: "none" | "latest" | undefined;
}

const DEFINITION: ModelDefinition<Sam2VideoConfig> = {
  className: "Sam2VideoModel",
  config(json, imageSize) {
    const config = Sam2VideoConfig.parse(json);
    return imageSize === undefined ? config : config.withImageSize(imageSize);
  },
  specs: (config) => videoWeights(config),
  ignores: () => false,
};

/**
 * Segment Anything 2 on videos: follows objects from the frames where they were prompted, forwards, backwards, or live.
 *
 * ```ts
 * const model = await Sam2VideoModel.fromPretrained("facebook/sam2.1-hiera-tiny", { runtime });
 * const session = processor.initVideoSession({ video: frames });
 * processor.addInputsToInferenceSession(session, { frameIndex: 0, objectIds: 1, inputPoints: [[[[210, 350]]]], inputLabels: [[[1]]] });
 * for await (const output of model.propagateInVideoIterator(session)) draw(output.frameIndex, output.toMasks());
 * ```
 *
 * @see SAM 2, arXiv:2408.00714; `Sam2VideoModel` of Hugging Face transformers, with which the tests compare it step by step
 */
export class Sam2VideoModel {
  /** What messages call the model: its id, folder or file. */
  readonly name: string;
  readonly config: Sam2VideoConfig;
  /** Differs between checkpoints, and between image sizes of one checkpoint. */
  readonly fingerprint: string;
  /** What it runs on. */
  readonly runtime: Runtime;
  readonly #engine: GraphEngine;

  private constructor(loaded: Loaded<Sam2VideoConfig>, capabilities: RuntimeCapabilities) {
    this.name = loaded.name;
    this.config = loaded.config;
    this.runtime = loaded.runtime;
    this.fingerprint = `${loaded.weights.fingerprint}@${loaded.config.imageSize}`;
    this.#engine = new GraphEngine(loaded, capabilities);
  }

  /**
   * Loads a checkpoint as it is published or fine-tuned: `config.json` (`model_type` `sam2_video`) and safetensors.
   *
   * @param model  a Hub id, a local folder (wins over an id), a URL, `File`s, or a source object
   * @throws {NotFoundError} there is no such model  @throws {DownloadError} it cannot be fetched
   * @throws {ConfigError} its config is not that of a video model  @throws {CheckpointError} its tensors are damaged or do not fit the config
   */
  static async fromPretrained(
    model: ModelReference,
    options: FromPretrainedOptions,
  ): Promise<Sam2VideoModel> {
    const loaded = await loadPretrained(model, options, DEFINITION);
    const made = new Sam2VideoModel(loaded, await loaded.runtime.capabilities());
    try {
      await raceAbort(made.#engine.warmUp(), options.signal);
    } catch (error) {
      await made.dispose();
      throw error;
    }
    return made;
  }

  /**
   * Finds the objects of a session on one frame.
   *
   * @throws {NoObjectsError} the session has no objects  @throws {FrameOutOfRangeError} there is no such frame
   * @throws {MemoryEvictedError} the session no longer keeps memories that the frame needs (see `replay`)
   * @throws {InputError} neither `frameIndex` nor `frame`
   */
  async forward(
    session: Sam2VideoInferenceSession,
    options: ForwardOptions,
  ): Promise<Sam2VideoSegmentationOutput> {
    const { frame, frameIndex, ...settings } = options;
    if (frame === undefined && frameIndex === undefined) {
      throw new InputError("forward: expected frameIndex, or frame for a stream, got neither");
    }
    return session.enqueue(async () => {
      if (frame === undefined) {
        return this.#step(session, { ...settings, index: session.checkFrameIndex(frameIndex) });
      }
      if (!session.isStreaming) {
        throw new InputError("frame: expected none, since the session has a video; give frameIndex alone");
      }
      const index = session.checkFrameIndex(frameIndex ?? session.frames.next);
      return this.#step(session, { ...settings, index, frame });
    });
  }

  /**
   * Goes over the frames of a video, one result for each, computed when it is asked for. Prompts of frames that were not tracked yet are
   * stepped first, wherever they are; corrections of tracked frames take effect when their frame is reached.
   *
   * Another propagation, prompts and `forward` may come between two frames.
   *
   * @throws {NoConditioningFrameError} no object has a prompt  @throws {FrameOutOfRangeError} there is no such start
   */
  async *propagateInVideoIterator(
    session: Sam2VideoInferenceSession,
    options: PropagateOptions = {},
  ): AsyncGenerator<Sam2VideoSegmentationOutput, void, undefined> {
    const { startFrameIndex, maxFrameNumToTrack, onProgress, ...settings } = options;
    const { signal, reverse = false } = settings;
    throwIfAborted(signal);
    await session.enqueue(async () => {
      for (const [index, ids] of framesWithNewObjects(session)) {
        const objectIds = ids.filter((id) => settings.objectIds?.includes(id) ?? true);
        if (objectIds.length > 0) await this.#step(session, { ...settings, objectIds, index });
      }
    });
    const order = frameOrder(session, { startFrameIndex, maxFrameNumToTrack, reverse });
    let done = 0;
    for (const index of order.frames) {
      throwIfAborted(signal);
      const output = await session.enqueue(async () => {
        if (order.total === undefined && !(await session.frames.has(index, signal))) return undefined;
        return this.#step(session, { ...settings, index });
      });
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
  async *propagateBothWays(
    session: Sam2VideoInferenceSession,
    options: Omit<PropagateOptions, "reverse"> = {},
  ): AsyncGenerator<Sam2VideoSegmentationOutput, void, undefined> {
    let start = options.startFrameIndex;
    for await (const output of this.propagateInVideoIterator(session, options)) {
      start ??= output.frameIndex;
      yield output;
    }
    const backwards = { ...options, startFrameIndex: start, reverse: true };
    for await (const output of this.propagateInVideoIterator(session, backwards)) {
      if (output.frameIndex !== start) yield output;
    }
  }

  /**
   * Follows objects through a live source: pulls a frame, yields a result. Nothing is queued. While the session has no objects, results are
   * empty; the frame of the last result can be prompted and computed with `forward`.
   */
  async *track(
    session: Sam2VideoInferenceSession,
    frames: AsyncIterable<FrameInput> | Iterable<FrameInput>,
    { drop = "none", ...settings }: TrackOptions = {},
  ): AsyncGenerator<Sam2VideoSegmentationOutput, void, undefined> {
    if (!session.isStreaming) {
      throw new InputError(
        "track: expected a session without video, since frames come from the call; use propagateInVideoIterator",
      );
    }
    const first = session.frames.next;
    const source =
      drop === "latest" ? latestFrames(frames, first, settings.signal) : everyFrame(frames, first);
    for await (const { index, frame } of source) {
      throwIfAborted(settings.signal);
      yield await session.enqueue(() => this.#step(session, { ...settings, index, frame, allowsNone: true }));
    }
  }

  /**
   * Goes on with a session that `session.serialize()` wrote, here or on another machine.
   *
   * @param bytes  of any origin; everything in them is checked
   * @param video  the frames, which the bytes do not hold; none for a stream
   * @throws {InputError} not such bytes, another version, cut off, or of another model
   */
  async restoreSession(
    bytes: Uint8Array,
    { video }: { readonly video?: VideoInput | null | undefined } = {},
  ): Promise<Sam2VideoInferenceSession> {
    return restoreSession(bytes, this, this.#engine.blockSizes, video ?? undefined);
  }

  /** @internal The network, for tests of the state machine on true weights. */
  get engine(): VideoEngine {
    return this.#engine;
  }

  /** Ends the model's sessions on the engine; later calls are refused. The runtime stays. Calling it twice is allowed. */
  dispose(): Promise<void> {
    return this.#engine.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #step(
    session: Sam2VideoInferenceSession,
    request: StepRequest,
  ): Promise<Sam2VideoSegmentationOutput> {
    this.#engine.assertUsable();
    session.bind(this);
    const objects = await stepSession(this.#engine, this.config, session, request);
    return new Sam2VideoSegmentationOutput(request.index, objects, this.#engine.maskSize, session.size);
  }
}
