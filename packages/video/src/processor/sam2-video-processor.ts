import type { ModelReference, SaveFilesOptions } from "@sam2js/checkpoint";
import { checkOptions, describeValue, InputError } from "@sam2js/core";
import {
  type ImageJsonOptions,
  imageJsonOptions,
  LOAD_PROCESSOR_OPTIONS,
  type LoadProcessorOptions,
  PROCESSOR_FILE,
  type ProcessedInputs,
  type ProcessInputs,
  type PromptOptions,
  postProcessMasks,
  readProcessorFiles,
  Sam2ImageProcessor,
  type Sam2ImageProcessorOptions,
  Sam2Processor,
  saveSettings,
} from "@sam2js/processor";
import { Sam2VideoInferenceSession } from "../session/sam2-video-inference-session.js";
import { SessionFrames } from "../session/session-frames.js";
import { SessionState } from "../session/session-state.js";
import {
  type AddInputsOptions,
  type AddMasksOptions,
  type AddPointsOptions,
  addInputs,
  addMasks,
  addPoints,
} from "./add-inputs.js";
import { Sam2VideoVideoProcessor } from "./sam2-video-video-processor.js";
import { type InitVideoSessionOptions, readSessionOptions } from "./session-options.js";

/**
 * Makes sessions, takes their prompts, and brings their masks to the size of the video.
 *
 * @see `Sam2VideoProcessor` of Hugging Face transformers
 */
export class Sam2VideoProcessor {
  /** Prepares single frames, those of streams too, and prompts. */
  readonly processor: Sam2Processor;
  /** Prepares the frames of videos. */
  readonly videoProcessor: Sam2VideoVideoProcessor;

  /**
   * @param processor       or changes to the settings of the published models, and the runtime that decodes frames
   * @param videoProcessor  has the settings of `processor` if it is left out
   * @throws {InputError} other things, or a setting that is not known
   */
  constructor(
    processor: Sam2Processor | (Sam2ImageProcessorOptions & PromptOptions) = {},
    videoProcessor?: Sam2VideoVideoProcessor,
  ) {
    if (typeof processor !== "object" || processor === null) {
      throw InputError.expected("processor", "a Sam2Processor, or settings", describeValue(processor));
    }
    if (videoProcessor !== undefined && !(videoProcessor instanceof Sam2VideoVideoProcessor)) {
      throw InputError.expected("videoProcessor", "a Sam2VideoVideoProcessor", describeValue(videoProcessor));
    }
    if (processor instanceof Sam2Processor) {
      this.processor = processor;
    } else {
      const { targetSize, ...imageOptions } = processor;
      this.processor = new Sam2Processor(new Sam2ImageProcessor(imageOptions), { targetSize });
    }
    this.videoProcessor = videoProcessor ?? new Sam2VideoVideoProcessor(this.imageProcessor);
  }

  /**
   * Loads the settings of a model from its `processor_config.json`, or where that has no `image_processor` or `video_processor` from
   * `preprocessor_config.json` and `video_preprocessor_config.json`. Options change both.
   *
   * @throws {NotFoundError} there is no such model, or it has neither file
   * @throws {ConfigError} a file has a value that is not valid
   */
  static async fromPretrained(
    model: ModelReference,
    options: LoadProcessorOptions = {},
  ): Promise<Sam2VideoProcessor> {
    checkOptions(options, LOAD_PROCESSOR_OPTIONS, "Sam2VideoProcessor.fromPretrained");
    const json = await readProcessorFiles(model, options, "video");
    return Sam2VideoProcessor.fromJSON(json, {
      ...imageJsonOptions(options),
      targetSize: options.targetSize,
    });
  }

  /**
   * Reads settings from the content of `processor_config.json`; without a `video_processor` videos are prepared as images are. Keys that it
   * does not know are kept for {@link toJSON}.
   *
   * @throws {ConfigError} a value in the file is not valid; the message names its key
   * @throws {InputError} an option is not valid
   */
  static fromJSON(json: unknown, options: ImageJsonOptions & PromptOptions = {}): Sam2VideoProcessor {
    const processor = Sam2Processor.fromJSON(json, options);
    const hasVideo = Object.hasOwn(Object(json), "video_processor");
    const video = hasVideo ? Sam2VideoVideoProcessor.fromJSON(json, imageJsonOptions(options)) : undefined;
    return new Sam2VideoProcessor(processor, video);
  }

  /** The settings as `processor_config.json` has them (snake_case), with all keys that were read. */
  toJSON(): Record<string, unknown> {
    const video_processor = this.videoProcessor.toJSON();
    return { ...this.processor.toJSON(), processor_class: "Sam2VideoProcessor", video_processor };
  }

  /**
   * Saves the settings in `processor_config.json`, as the reference's `save_pretrained` does.
   *
   * @param folder  is made if need be; without one nothing is written, and the file is handed out
   * @param options  the store is the runtime's unless another is given
   * @throws {UnsupportedError} a folder where there is no file system  @throws {StoreError} no room, or no right
   */
  savePretrained(folder?: string | URL, options?: SaveFilesOptions): Promise<File[]> {
    return saveSettings(PROCESSOR_FILE, this.toJSON(), this.imageProcessor.runtime, folder, options);
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
    const { frames, ...parts } = readSessionOptions(options);
    const { imageProcessor, sampling } = this.videoProcessor;
    const state = new SessionState({
      ...parts,
      frames: new SessionFrames({
        ...frames,
        ...(frames.video && { sampling: frames.sampling ?? sampling }),
        processor: frames.video ? imageProcessor : this.imageProcessor,
      }),
    });
    return new Sam2VideoInferenceSession(state);
  }

  /**
   * Adds points, boxes or masks of objects on a frame. They are used by the next step on that frame, also if other prompts are added
   * before it.
   *
   * Points with labels 1 (inside) and 0 (outside), in pixels of the video; a box stands before the points and needs `clearOldInputs`. With several
   * objects shorter lists of points are padded, and padding counts as points when the model decides between one mask and three, as in the
   * reference; give each object options of its own to keep them apart. Of a list of options all are added, or, after an error, none.
   *
   * @throws {PromptShapeError} prompts do not fit together or to the objects  @throws {ShapeError} wrong nesting
   * @throws {FrameOutOfRangeError} the video has no such frame
   */
  addInputsToInferenceSession(
    session: Sam2VideoInferenceSession,
    options: AddInputsOptions | readonly AddInputsOptions[],
  ): Sam2VideoInferenceSession {
    addInputs(session, options);
    return session;
  }

  /** {@link addInputsToInferenceSession} of points and boxes. */
  processNewPointsOrBoxesForVideoFrame(
    session: Sam2VideoInferenceSession,
    options: AddPointsOptions,
  ): Sam2VideoInferenceSession {
    addPoints(session, options);
    return session;
  }

  /** {@link addInputsToInferenceSession} of masks. */
  processNewMaskForVideoFrame(
    session: Sam2VideoInferenceSession,
    options: AddMasksOptions,
  ): Sam2VideoInferenceSession {
    addMasks(session, options);
    return session;
  }

  /** Brings mask logits to the size of the video: `[output.predMasks]` has one float32 [P, 1, h, w] per size. See {@link postProcessMasks}. */
  readonly postProcessMasks = postProcessMasks;
}
