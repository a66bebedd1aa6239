import { type FromPretrainedOptions, type Loaded, loadModel, type ModelReference } from "@sam2js/checkpoint";
import { type RuntimeCapabilities, Sam2VideoConfig } from "@sam2js/core";
import { VideoSegmentationModel, videoDefinition } from "./video-segmentation-model.js";

const DEFINITION = videoDefinition("Sam2VideoModel", (json) => Sam2VideoConfig.parse(json));

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
export class Sam2VideoModel extends VideoSegmentationModel<Sam2VideoConfig> {
  /** @internal Made by {@link Sam2VideoModel.fromPretrained}. */
  constructor(loaded: Loaded<Sam2VideoConfig>, capabilities: RuntimeCapabilities) {
    super("Sam2VideoModel", loaded, capabilities);
  }

  /**
   * Loads a checkpoint as it is published or fine-tuned: `config.json` (`model_type` `sam2_video`) and safetensors.
   *
   * @param model  a Hub id, a local folder (wins over an id), a URL, `File`s, or a source object
   * @throws {NotFoundError} there is no such model  @throws {DownloadError} it cannot be fetched
   * @throws {ConfigError} its config is not that of a video model  @throws {CheckpointError} its tensors are damaged or do not fit the config
   */
  static fromPretrained(model: ModelReference, options: FromPretrainedOptions): Promise<Sam2VideoModel> {
    return loadModel(model, options, DEFINITION, (...parts) => new Sam2VideoModel(...parts));
  }
}
