import type { ModelReference } from "@sam2js/checkpoint";
import { checkOptions, describeValue, InputError } from "@sam2js/core";
import {
  type LoadProcessorOptions,
  type OriginalSize,
  type ProcessedInputs,
  type ProcessInputs,
  type PromptOptions,
  postProcessMasks,
  readOriginalSizes,
  Sam2ImageProcessor,
  type Sam2ImageProcessorOptions,
  Sam2Processor,
} from "@sam2js/processor";
import { PromptShapeError } from "../errors.js";
import { toFrameSource, type VideoInput } from "../frames/frame-source.js";
import { Sam2VideoInferenceSession } from "../session/sam2-video-inference-session.js";
import { SessionFrames } from "../session/session-frames.js";
import { type KeepMasks, type OnMasks, SessionState } from "../session/session-state.js";
import type { ObjectId } from "../state/object-id.js";
import type { Retention } from "../state/retention.js";
import { type PolicyOption, TRANSFORMERS_POLICY, type TrackingPolicy } from "../state/tracking-policy.js";
import { joinPoints, readMaskPrompts, readPointPrompts, type VideoPrompts } from "./read-inputs.js";

/** What a session is to be. */
export interface InitVideoSessionOptions {
  /** The video. Without it frames are given to `forward` or `track` one by one. */
  readonly video?: VideoInput | null | undefined;
  /** [height, width] of the frames in pixels, where prompts come before the first frame of a stream. */
  readonly originalSize?: OriginalSize | undefined;
  /** What is kept of tracked frames. Default `"window"`. */
  readonly retention?: Retention | undefined;
  /** Whose rules are followed where implementations differ. Default `"transformers"`. */
  readonly policy?: PolicyOption | undefined;
  /**
   * Keep the masks of computed frames as run lengths, for `session.masks(frame)` and in saved sessions: `true` of all, a number of so many, the last
   * ones. Default false.
   */
  readonly keepMasks?: KeepMasks | undefined;
  /** Takes the masks of each frame as soon as they are found, for whoever writes them away instead of keeping them. */
  readonly onMasks?: OnMasks | undefined;
  /** Of how many frames the features are kept, 24 MiB each at the published size. Default 1. */
  readonly maxVisionFeaturesCacheSize?: number | undefined;
}

/** Prompts for objects on one frame. */
export interface AddInputsOptions extends VideoPrompts {
  /** From 0. Of a stream also frames that are yet to come. */
  readonly frameIndex: number;
  /** One id or several, numbers or strings; new ids make new objects. */
  readonly objectIds: ObjectId | readonly ObjectId[];
  /** [height, width] of the frames in pixels, where it is not known yet (streams). */
  readonly originalSize?: OriginalSize | undefined;
  /** Replace earlier points of the object on this frame (as by default), or add to them. */
  readonly clearOldInputs?: boolean | undefined;
}

const SESSION_OPTIONS: readonly (keyof InitVideoSessionOptions)[] = [
  "video",
  "originalSize",
  "retention",
  "policy",
  "keepMasks",
  "onMasks",
  "maxVisionFeaturesCacheSize",
];
const INPUT_OPTIONS: readonly (keyof AddInputsOptions)[] = [
  "frameIndex",
  "objectIds",
  "inputPoints",
  "inputLabels",
  "inputBoxes",
  "inputMasks",
  "originalSize",
  "clearOldInputs",
];

/**
 * Makes sessions, takes their prompts, and brings their masks to the size of the video.
 *
 * @see `Sam2VideoProcessor` of Hugging Face transformers
 */
export class Sam2VideoProcessor {
  /** What prepares frames. */
  readonly processor: Sam2Processor;

  /** @param options  changes to the settings of the published models, and the runtime that decodes frames */
  constructor(processor: Sam2Processor | (Sam2ImageProcessorOptions & PromptOptions) = {}) {
    if (processor instanceof Sam2Processor) {
      this.processor = processor;
    } else {
      const { targetSize, ...imageOptions } = processor;
      this.processor = new Sam2Processor(new Sam2ImageProcessor(imageOptions), { targetSize });
    }
  }

  /**
   * Loads the settings of a model from its `processor_config.json` and `preprocessor_config.json`.
   *
   * @throws {NotFoundError} there is no such model, or it has neither file
   * @throws {ConfigError} a file has a value that is not valid
   */
  static async fromPretrained(
    model: ModelReference,
    options: LoadProcessorOptions = {},
  ): Promise<Sam2VideoProcessor> {
    return new Sam2VideoProcessor(await Sam2Processor.fromPretrained(model, options));
  }

  /** The image half of `processor`. */
  get imageProcessor(): Sam2ImageProcessor {
    return this.processor.imageProcessor;
  }

  /** Prepares single frames and prompts, as `Sam2Processor.process`. */
  process(inputs: ProcessInputs): Promise<ProcessedInputs> {
    return this.processor.process(inputs);
  }

  /**
   * Begins a session. No frame is read yet.
   *
   * @throws {InputError} an option is not valid
   */
  initVideoSession(options: InitVideoSessionOptions = {}): Sam2VideoInferenceSession {
    if (Array.isArray(options)) {
      throw new InputError(
        "initVideoSession: expected options, got a list of frames; write initVideoSession({ video: frames })",
        { expected: "options", got: "a list" },
      );
    }
    checkOptions(options, SESSION_OPTIONS, "initVideoSession");
    const { video, originalSize, retention = "window", policy = "transformers", keepMasks = false } = options;
    const featureCacheSize = options.maxVisionFeaturesCacheSize ?? 1;
    if (typeof keepMasks !== "boolean" && !(Number.isSafeInteger(keepMasks) && keepMasks >= 0)) {
      throw new InputError(`keepMasks: expected true, false or a number of frames, got ${keepMasks}`);
    }
    if (!["window", "head", "all"].includes(retention)) {
      throw new InputError(`retention: expected "window", "head" or "all", got ${JSON.stringify(retention)}`);
    }
    if (!Number.isInteger(featureCacheSize) || featureCacheSize < 1) {
      throw new InputError(
        `maxVisionFeaturesCacheSize: expected a whole number >= 1, got ${featureCacheSize}`,
      );
    }
    const source = video === undefined || video === null ? undefined : toFrameSource(video);
    const size = originalSize && readOriginalSizes([originalSize])[0];
    const state = new SessionState({
      frames: new SessionFrames(this.processor, source, size),
      retention,
      policy: readPolicy(policy),
      keepMasks,
      onMasks: options.onMasks,
      featureCacheSize,
    });
    return new Sam2VideoInferenceSession(state);
  }

  /**
   * Adds points, boxes or masks of objects on a frame. They are used by the next step on that frame, also if other prompts are added
   * before it.
   *
   * Points with labels 1 (inside) and 0 (outside), in pixels of the video; a box stands before the points and needs `clearOldInputs`. With several
   * objects shorter lists of points are padded, and padding counts as points when the model decides between one mask and three, as in the
   * reference; add objects one by one to keep them apart.
   *
   * @throws {PromptShapeError} prompts do not fit together or to the objects  @throws {ShapeError} wrong nesting
   * @throws {FrameOutOfRangeError} the video has no such frame
   */
  addInputsToInferenceSession(
    session: Sam2VideoInferenceSession,
    options: AddInputsOptions,
  ): Sam2VideoInferenceSession {
    if (options === undefined) {
      throw new PromptShapeError(
        "inputs: expected a session and { frameIndex, objectIds, inputPoints, inputLabels, … }, got no options",
      );
    }
    checkOptions(options, INPUT_OPTIONS, "addInputsToInferenceSession");
    const { inputPoints, inputLabels, inputBoxes, inputMasks, clearOldInputs = true } = options;
    const { state } = session;
    session.queue.assertUsable();
    const ids = readIds(options.objectIds);
    const frame = state.checkFrameIndex(options.frameIndex);
    const hasPoints = inputPoints != null || inputLabels != null || inputBoxes != null;
    if (hasPoints === (inputMasks != null)) {
      throw new PromptShapeError(
        hasPoints
          ? "inputMasks: expected no points or boxes beside them; a mask is an answer, points ask for one"
          : "inputs: expected inputPoints with inputLabels, inputBoxes, or inputMasks, got none of them",
      );
    }
    if (inputBoxes != null && !clearOldInputs) {
      throw new PromptShapeError(
        "inputBoxes: expected clearOldInputs with a box, since a box comes before all points of its frame",
      );
    }
    const prompts =
      inputMasks != null
        ? readMaskPrompts(inputMasks, ids)
        : readPointPrompts({ inputPoints, inputLabels, inputBoxes }, ids).map((prompt, index) => {
            const old = state.objects.get(ids[index] as ObjectId)?.prompts.get(frame);
            return clearOldInputs || old?.kind !== "points" ? prompt : joinPoints(old, prompt);
          });
    if (options.originalSize) {
      state.frames.setSize(readOriginalSizes([options.originalSize])[0] as OriginalSize, "originalSize");
    }
    state.checkRoom(ids, frame);
    for (const [index, prompt] of prompts.entries()) state.addPrompt(ids[index] as ObjectId, frame, prompt);
    return session;
  }

  /** Brings mask logits to the size of the video: `[output.predMasks]` has one float32 [P, 1, h, w] per size. See {@link postProcessMasks}. */
  readonly postProcessMasks = postProcessMasks;
}

/** @throws {InputError} a name that is none */
export function readPolicy(policy: PolicyOption): TrackingPolicy {
  if (policy === "transformers") return TRANSFORMERS_POLICY;
  if (typeof policy === "object" && policy !== null) return { ...TRANSFORMERS_POLICY, ...policy };
  throw new InputError(`policy: expected "transformers" or a record, got ${JSON.stringify(policy)}`);
}

function readIds(value: ObjectId | readonly ObjectId[]): readonly ObjectId[] {
  const ids = Array.isArray(value) ? [...(value as readonly ObjectId[])] : [value as ObjectId];
  const isId = (id: unknown) => (typeof id === "string" && id.length <= 1024) || Number.isSafeInteger(id);
  if (ids.length === 0 || !ids.every(isId) || new Set(ids).size !== ids.length) {
    throw new PromptShapeError(
      `objectIds: expected whole numbers or texts, each once, got ${describeValue(value)}`,
      { expected: "whole numbers or texts, each once", got: ids },
    );
  }
  return ids;
}
