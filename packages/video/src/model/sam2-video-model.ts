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
} from "@sam2js/core";
import { isVideoWeight, isVisionWeight, videoWeights } from "@sam2js/graph";
import { GraphEngine } from "../engine/graph-engine.js";
import type { VideoInput } from "../frames/frame-source.js";
import { restoreSession } from "../session/restore-session.js";
import type { OnMasks, Sam2VideoInferenceSession } from "../session/sam2-video-inference-session.js";
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
    return restoreSession(bytes, this, this.engine.blockSizes, video ?? undefined, onMasks);
  }

  /** Saves it as the reference does; without a folder the files are handed out. See `savePretrained` of `@sam2js/checkpoint`. */
  savePretrained(folder?: string | URL, options?: SaveOptions): Promise<File[]> {
    return savePretrained(this.#loaded, folder, options);
  }

  /** Ends the model's sessions on the engine; later calls are refused. The runtime stays. Calling it twice is allowed. */
  dispose(): Promise<void> {
    return this.engine.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}
