import { ConfigError, checkOptions, describeValue, InputError, raceAbort, type Tensor } from "@sam2js/core";
import {
  type ImageJsonOptions,
  type OriginalSize,
  Sam2ImageProcessor,
  type Sam2ImageProcessorOptions,
} from "@sam2js/processor";
import { type FrameInput, toFrameSource, type VideoInput } from "../frames/frame-source.js";
import { type FrameSampling, sampleFrames } from "../frames/sample-frames.js";

/** Which frames of a video are taken where a session says nothing else. */
export interface VideoSamplingOptions extends FrameSampling {
  /** Whether `numFrames` or `fps` is followed. Default false. */
  readonly doSampleFrames?: boolean | null | undefined;
}

/** All frames of a video, ready for the network. */
export interface PreprocessedVideo {
  /** float32 [1, T, 3, S, S], RGB, normalised; uint8 if neither rescaled nor normalised. */
  readonly pixelValuesVideos: Tensor<"float32" | "uint8">;
  /** [height, width] in pixels before resizing, one for the video. */
  readonly originalSizes: OriginalSize[];
}

/** Their names in files. */
const SAMPLING_KEYS = { doSampleFrames: "do_sample_frames", numFrames: "num_frames", fps: "fps" } as const;

/**
 * Prepares the frames of videos, by settings of their own beside those of images.
 *
 * @see `Sam2VideoVideoProcessor` of Hugging Face transformers; checked against it in sam2-video-video-processor.test.ts
 */
export class Sam2VideoVideoProcessor {
  /** Prepares each frame. */
  readonly imageProcessor: Sam2ImageProcessor;
  /** Which frames are taken where a session says nothing else; undefined for all. */
  readonly sampling: FrameSampling | undefined;
  readonly #options: VideoSamplingOptions;

  /**
   * @param images  what prepares frames, or changes to the settings of the published models
   * @throws {InputError} an option is not valid, or unknown
   */
  constructor(
    images: Sam2ImageProcessor | Sam2ImageProcessorOptions = {},
    sampling: VideoSamplingOptions = {},
  ) {
    checkOptions(sampling, Object.keys(SAMPLING_KEYS), "Sam2VideoVideoProcessor sampling");
    checkSampling(sampling, (name) => name, InputError);
    this.imageProcessor = images instanceof Sam2ImageProcessor ? images : new Sam2ImageProcessor(images);
    this.#options = sampling;
    const { doSampleFrames, numFrames, fps } = sampling;
    this.sampling = doSampleFrames ? { numFrames: numFrames ?? undefined, fps: fps ?? undefined } : undefined;
  }

  /**
   * Reads settings from the `video_processor` of `processor_config.json`, or from the content of `video_preprocessor_config.json`. Keys that
   * it does not know are kept for {@link toJSON}.
   *
   * @throws {ConfigError} a value in the file is not valid; the message names its key
   * @throws {InputError} an option is not valid
   */
  static fromJSON(json: unknown, options: ImageJsonOptions = {}): Sam2VideoVideoProcessor {
    const whole = Object(json) as Record<string, unknown>;
    const video_processor = Object.hasOwn(whole, "video_processor") ? whole.video_processor : json;
    const imageProcessor = Sam2ImageProcessor.fromJSON({ video_processor }, options);
    const keys = video_processor as Record<string, unknown>;
    const named = Object.entries(SAMPLING_KEYS).map(([name, key]) => [name, keys[key]]);
    const sampling = Object.fromEntries(named) as VideoSamplingOptions;
    checkSampling(sampling, (name) => `video_processor.${SAMPLING_KEYS[name]}`, ConfigError);
    return new Sam2VideoVideoProcessor(imageProcessor, sampling);
  }

  /** The settings as `video_preprocessor_config.json` has them (snake_case), with all keys that were read. */
  toJSON(): Record<string, unknown> {
    const { image_processor_type: _, mask_size: __, ...json } = this.imageProcessor.toJSON();
    const { doSampleFrames, numFrames, fps } = this.#options;
    return {
      return_metadata: false,
      ...json,
      ...(doSampleFrames != null && { do_sample_frames: doSampleFrames }),
      ...(numFrames != null && { num_frames: numFrames }),
      ...(fps != null && { fps }),
      video_processor_type: "Sam2VideoVideoProcessor",
    };
  }

  /**
   * Prepares all frames of a video at once. Sessions do so one by one, when a frame is needed.
   *
   * @throws {InputError} no video, or a source of unknown length  @throws {ImageError} a frame cannot be decoded
   */
  async preprocess(
    video: VideoInput,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<PreprocessedVideo> {
    checkOptions(options, ["signal"], "preprocess");
    const { signal } = options;
    const source = sampleFrames(toFrameSource(video), this.sampling);
    const frames: FrameInput[] = [];
    for (let index = 0; index < (source.length ?? Number.POSITIVE_INFINITY); index++) {
      const frame = await raceAbort(Promise.resolve(source.get(index, { signal })), signal);
      if (frame === undefined) break;
      frames.push(frame);
    }
    const { pixelValues, originalSizes } = await this.imageProcessor.preprocess(frames, { signal });
    return {
      pixelValuesVideos: pixelValues.reshape([1, ...pixelValues.dims]),
      originalSizes: originalSizes.slice(0, 1),
    };
  }
}

/** @throws what `Refusal` is, for the first option that is not valid */
function checkSampling(
  { doSampleFrames, numFrames, fps }: VideoSamplingOptions,
  label: (name: keyof VideoSamplingOptions) => string,
  Refusal: typeof InputError | typeof ConfigError,
): void {
  const check = (name: keyof VideoSamplingOptions, got: unknown, isValid: boolean, expected: string) => {
    if (got === undefined || got === null || isValid) return;
    throw Refusal.expected(label(name), expected, describeValue(got));
  };
  check("doSampleFrames", doSampleFrames, typeof doSampleFrames === "boolean", "true or false");
  check("numFrames", numFrames, Number.isSafeInteger(numFrames) && numFrames! > 0, "a whole number > 0");
  check("fps", fps, Number.isFinite(fps) && fps! > 0, "a number > 0");
}
