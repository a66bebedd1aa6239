import {
  type FromPretrainedOptions,
  type Loaded,
  loadPretrained,
  type ModelDefinition,
  type ModelReference,
  requireLoaded,
  type SaveOptions,
  savePretrained,
} from "@sam2js/checkpoint";
import {
  checkOptions,
  type Runtime,
  type RuntimeCapabilities,
  raceAbort,
  Sam2VideoConfig,
  SessionCache,
  type Tensor,
  type TensorLike,
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
import { imageWidePositionalEmbedding, isVideoWeight, isVisionWeight, videoWeights } from "@sam2js/graph";
import { GraphEngine } from "../engine/graph-engine.js";
import type { VideoInput } from "../frames/frame-source.js";
import { restoreSession } from "../session/restore-session.js";
import type { Sam2VideoInferenceSession } from "../session/sam2-video-inference-session.js";
import type { OnMasks } from "../session/session-state.js";
import { VideoTracker } from "./video-tracker.js";

const DEFINITION: ModelDefinition<Sam2VideoConfig> = {
  className: "Sam2VideoModel",
  config(json, imageSize) {
    const config = Sam2VideoConfig.parse(json);
    return imageSize === undefined ? config : config.withImageSize(imageSize);
  },
  tensors: (config) => ({
    specs: videoWeights(config),
    ignores: isVideoWeight,
    appliesDtype: isVisionWeight,
  }),
};

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
export class Sam2VideoModel extends VideoTracker<GraphEngine> {
  /** What it runs on. */
  readonly runtime: Runtime;

  readonly #loaded: Loaded<Sam2VideoConfig>;
  /** Of what the engine does not need. */
  readonly #sessions: SessionCache;
  readonly #encoder: ImageEncoder;

  private constructor(loaded: Loaded<Sam2VideoConfig>, capabilities: RuntimeCapabilities) {
    requireLoaded(loaded, "Sam2VideoModel");
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
      await raceAbort(made.engine.warmUp(), options.signal);
    } catch (error) {
      await made.dispose();
      throw error;
    }
    return made;
  }

  /**
   * Goes on with a session that `session.serialize()` wrote, here or on another machine.
   *
   * @param bytes  of any origin; everything in them is checked
   * @param video  the frames, which the bytes do not hold; none for a stream
   * @param onMasks  takes the masks of each frame from here on
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
