import {
  type Loaded,
  type ModelDefinition,
  modelDefinition,
  requireLoaded,
  type SaveOptions,
  savePretrained,
} from "@sam2js/checkpoint";
import {
  checkOptions,
  type Runtime,
  type RuntimeCapabilities,
  raceAbort,
  SessionCache,
  type Tensor,
  type TensorLike,
  type VideoModelConfig,
} from "@sam2js/core";
import {
  type ImageEmbeddings,
  ImageEncoder,
  imageFeatures,
  type PixelBatch,
  type PromptEmbeddingInputs,
  type PromptEmbeddings,
  promptEmbeddings,
  type Sam2VisionOutput,
} from "@sam2js/embeddings";
import {
  imageWidePositionalEmbedding,
  isIgnoredByImages,
  isVisionWeight,
  unsuitedDtypes,
  videoWeights,
} from "@sam2js/graph";
import { GraphEngine } from "../engine/graph-engine.js";
import type { VideoInput } from "../frames/frame-source.js";
import { restoreSession } from "../session/restore-session.js";
import type { Sam2VideoInferenceSession } from "../session/sam2-video-inference-session.js";
import type { OnMasks } from "../session/session-state.js";
import { VideoTracker } from "./video-tracker.js";

/** How the video model of a family is loaded. @param parse  reads its config */
export function videoDefinition<C extends VideoModelConfig>(
  className: string,
  parse: (json: unknown) => C,
): ModelDefinition<C> {
  const tensors = (config: C) => ({
    specs: videoWeights(config),
    ignores: isIgnoredByImages,
    appliesDtype: isVisionWeight,
    unsuited: unsuitedDtypes(config.visionConfig),
  });
  return modelDefinition(className, parse, tensors, "memory attention, memory encoder and object pointers");
}

/** How embeddings are made. */
interface SignalOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What the bytes of a session do not hold. */
export interface RestoreSessionOptions {
  /** The frames; none for a stream. */
  readonly video?: VideoInput | null | undefined;
  /** Takes the masks of each frame that is computed from here on. */
  readonly onMasks?: OnMasks | undefined;
}

/**
 * Segmentation of videos: follows objects from the frames where they were prompted, forwards, backwards, or live. What SAM 2 and EdgeTAM
 * have in common, which is all but backbone and memory.
 */
export abstract class VideoSegmentationModel<
  C extends VideoModelConfig = VideoModelConfig,
> extends VideoTracker<GraphEngine, C> {
  /** What it runs on. */
  readonly runtime: Runtime;

  readonly #loaded: Loaded<C>;
  /** Of what the engine does not need. */
  readonly #sessions: SessionCache;
  readonly #encoder: ImageEncoder;

  /** @internal */
  protected constructor(className: string, loaded: Loaded<C>, capabilities: RuntimeCapabilities) {
    requireLoaded(loaded, className);
    super({
      name: loaded.name,
      config: loaded.config,
      fingerprint: `${loaded.weights.fingerprint}@${loaded.config.imageSize}`,
      engine: new GraphEngine(loaded, capabilities),
    });
    this.runtime = loaded.runtime;
    this.#loaded = loaded;
    this.#sessions = new SessionCache(loaded.runtime, `model ${loaded.name}`);
    const { config, weights } = loaded;
    this.#encoder = new ImageEncoder(config, weights, this.#sessions, capabilities, this.fingerprint);
  }

  /** @internal Makes the sessions that a click needs. */
  async warmUp(signal: AbortSignal | undefined): Promise<void> {
    try {
      await raceAbort(this.engine.warmUp(), signal);
    } catch (error) {
      await this.dispose();
      throw error;
    }
  }

  /**
   * Goes on with a session that `session.serialize()` wrote, here or on another machine.
   *
   * @param bytes  of any origin; everything in them is checked
   * @param options  `video`: the frames, which the bytes do not hold; none for a stream. `onMasks` takes the masks of each frame from here on
   * @throws {InputError} not such bytes, another version, cut off, or of another model
   */
  async restoreSession(
    bytes: Uint8Array,
    options: RestoreSessionOptions = {},
  ): Promise<Sam2VideoInferenceSession> {
    checkOptions(options, ["video", "onMasks"], "restoreSession");
    const { video, onMasks } = options;
    const { recordSizes } = this.engine;
    return restoreSession(bytes, this, recordSizes, video ?? undefined, onMasks);
  }

  /** Embeddings of images, float32 [B, 3, S, S], as `Sam2Model.getImageEmbeddings` gives them and as `Sam2Model.forward` takes them. */
  async getImageEmbeddings(pixelValues: TensorLike, options: SignalOptions = {}): Promise<ImageEmbeddings> {
    const pixels = this.#checkedPixels(pixelValues, options, "getImageEmbeddings");
    return (await this.#encoder.encode(pixels, options)).embeddings;
  }

  /** The features of images, float32 [B, 3, S, S], as `Sam2Model.getImageFeatures` gives them. */
  async getImageFeatures(pixelValues: TensorLike, options: SignalOptions = {}): Promise<Sam2VisionOutput> {
    const pixels = this.#checkedPixels(pixelValues, options, "getImageFeatures");
    return imageFeatures(this.#encoder, pixels, this.config.visionConfig.fpnHiddenSize, options.signal);
  }

  /** The prompt encoder's output, as `Sam2Model.getPromptEmbeddings` gives it. */
  async getPromptEmbeddings(inputs: PromptEmbeddingInputs = {}): Promise<PromptEmbeddings> {
    this.engine.assertUsable();
    return promptEmbeddings(inputs, { ...this.#loaded, sessions: this.#sessions });
  }

  /** float32 [1, C, h, w]: where the cells of an image are, as `Sam2Model` adds it to them. */
  async getImageWidePositionalEmbeddings(): Promise<Tensor<"float32">> {
    this.engine.assertUsable();
    return imageWidePositionalEmbedding(this.config, this.#loaded.weights);
  }

  /** Saves it as the reference does; without a folder the files are handed out. See `savePretrained` of `@sam2js/checkpoint`. */
  savePretrained(folder?: string | URL, options?: SaveOptions): Promise<File[]> {
    return savePretrained(this.#loaded, folder, options);
  }

  /** Ends the model's sessions on the engine; later calls are refused. The runtime stays. Calling it twice is allowed. */
  async dispose(): Promise<void> {
    await Promise.all([this.engine.dispose(), this.#sessions.dispose()]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #checkedPixels(pixelValues: TensorLike, options: SignalOptions, name: string): PixelBatch {
    this.engine.assertUsable();
    checkOptions(options, ["signal"], name);
    return this.#encoder.checkPixels(pixelValues);
  }
}
