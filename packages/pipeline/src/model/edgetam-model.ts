import { type FromPretrainedOptions, type Loaded, loadModel, type ModelReference } from "@sam2js/checkpoint";
import { EdgeTamConfig, type RuntimeCapabilities } from "@sam2js/core";
import { type RandomWeightOptions, randomModel } from "./random-model.js";
import { SegmentationModel, segmentationDefinition } from "./segmentation-model.js";

const DEFINITION = segmentationDefinition("EdgeTamModel", (json) => EdgeTamConfig.parse(json));

/**
 * EdgeTAM on images: SAM 2 with a mobile backbone, an eighth of the work: encodes an image once and answers prompts on it.
 *
 * ```ts
 * const model = await EdgeTamModel.fromPretrained("yonigozlan/EdgeTAM-hf", { runtime });
 * const outputs = await model.forward(await processor.process({ images, inputPoints: [[[[500, 375]]]] }));
 * ```
 * Calls may overlap; they queue in the runtime. Dispose of the model when done.
 *
 * @see EdgeTAM, arXiv:2501.07256; `EdgeTamModel` of Hugging Face transformers, with which the tests compare it
 */
export class EdgeTamModel extends SegmentationModel<EdgeTamConfig> {
  /** @internal Made by {@link EdgeTamModel.fromPretrained}. */
  constructor(loaded: Loaded<EdgeTamConfig>, capabilities: RuntimeCapabilities) {
    super("EdgeTamModel", loaded, capabilities);
  }

  /**
   * Loads a checkpoint as it is published or fine-tuned: `config.json` and safetensors.
   *
   * @param model  a Hub id, a local folder (wins over an id), a URL, `File`s, or a source object such as `@sam2js/nano`
   * @throws {NotFoundError} there is no such model  @throws {DownloadError} it cannot be fetched
   * @throws {ConfigError} its config is not valid  @throws {CheckpointError} its tensors are damaged or do not fit the config
   */
  static fromPretrained(model: ModelReference, options: FromPretrainedOptions): Promise<EdgeTamModel> {
    return loadModel(model, options, DEFINITION, (...parts) => new EdgeTamModel(...parts));
  }

  /**
   * A model with random weights, as the reference's constructor makes: for tests of what is built on it, since it segments nothing.
   *
   * @param config   `EdgeTamConfig.defaults()`, or another
   * @param options  the runtime, and a `seed` (default 0): equal seeds give equal weights on every platform
   */
  static async fromConfig(config: EdgeTamConfig, options: RandomWeightOptions): Promise<EdgeTamModel> {
    const { model, ...rest } = await randomModel(config, EdgeTamConfig, "EdgeTamModel", options);
    return EdgeTamModel.fromPretrained(model, rest);
  }
}
