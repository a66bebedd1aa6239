import { type FromPretrainedOptions, type Loaded, loadModel, type ModelReference } from "@sam2js/checkpoint";
import { EdgeTamVideoConfig, type RuntimeCapabilities } from "@sam2js/core";
import { VideoSegmentationModel, videoDefinition } from "./video-segmentation-model.js";

const DEFINITION = videoDefinition("EdgeTamVideoModel", (json) => EdgeTamVideoConfig.parse(json));

/**
 * EdgeTAM on videos: follows objects from the frames where they were prompted, forwards, backwards, or live.
 *
 * ```ts
 * const model = await EdgeTamVideoModel.fromPretrained("yonigozlan/EdgeTAM-hf", { runtime });
 * const session = processor.initVideoSession({ video: frames });
 * processor.addInputsToInferenceSession(session, { frameIndex: 0, objectIds: 1, inputPoints: [[[[210, 350]]]], inputLabels: [[[1]]] });
 * for await (const output of model.propagateInVideoIterator(session)) draw(output.frameIndex, output.toMasks());
 * ```
 *
 * @see EdgeTAM, arXiv:2501.07256; `EdgeTamVideoModel` of Hugging Face transformers, with which the tests compare it step by step
 */
export class EdgeTamVideoModel extends VideoSegmentationModel<EdgeTamVideoConfig> {
  /** @internal Made by {@link EdgeTamVideoModel.fromPretrained}. */
  constructor(loaded: Loaded<EdgeTamVideoConfig>, capabilities: RuntimeCapabilities) {
    super("EdgeTamVideoModel", loaded, capabilities);
  }

  /**
   * Loads a checkpoint as it is published or fine-tuned: `config.json` (`model_type` `edgetam_video`) and safetensors.
   *
   * @param model  a Hub id, a local folder (wins over an id), a URL, `File`s, or a source object
   * @throws {NotFoundError} there is no such model  @throws {DownloadError} it cannot be fetched
   * @throws {ConfigError} its config is not that of a video model  @throws {CheckpointError} its tensors are damaged or do not fit the config
   */
  static fromPretrained(model: ModelReference, options: FromPretrainedOptions): Promise<EdgeTamVideoModel> {
    return loadModel(model, options, DEFINITION, (...parts) => new EdgeTamVideoModel(...parts));
  }
}
