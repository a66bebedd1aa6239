import { type FromPretrainedOptions, type Loaded, loadModel, type ModelReference } from "@sam2js/checkpoint";
import { type RuntimeCapabilities, Sam2Config } from "@sam2js/core";
import { type RandomWeightOptions, randomModel } from "./random-model.js";
import { SegmentationModel, segmentationDefinition } from "./segmentation-model.js";

const DEFINITION = segmentationDefinition("Sam2Model", (json) => Sam2Config.parse(json));

/**
 * Segment Anything 2 on images: encodes an image once and answers prompts on it.
 *
 * ```ts
 * const model = await Sam2Model.fromPretrained("facebook/sam2.1-hiera-tiny", { runtime });
 * const outputs = await model.forward(await processor.process({ images, inputPoints: [[[[500, 375]]]] }));
 * ```
 * Calls may overlap; they queue in the runtime. Dispose of the model when done.
 *
 * @see SAM 2, arXiv:2408.00714; `Sam2Model` of Hugging Face transformers, with which the tests compare it
 */
export class Sam2Model extends SegmentationModel<Sam2Config> {
  /** @internal Made by {@link Sam2Model.fromPretrained}. */
  constructor(loaded: Loaded<Sam2Config>, capabilities: RuntimeCapabilities) {
    super("Sam2Model", loaded, capabilities);
  }

  /**
   * Loads a checkpoint as it is published or fine-tuned: `config.json` and safetensors.
   *
   * @param model  a Hub id, a local folder (wins over an id), a URL, `File`s, or a source object such as `@sam2js/nano`
   * @throws {NotFoundError} there is no such model  @throws {DownloadError} it cannot be fetched
   * @throws {ConfigError} its config is not valid  @throws {CheckpointError} its tensors are damaged or do not fit the config
   */
  static fromPretrained(model: ModelReference, options: FromPretrainedOptions): Promise<Sam2Model> {
    return loadModel(model, options, DEFINITION, (...parts) => new Sam2Model(...parts));
  }

  /**
   * A model with random weights, as the reference's constructor makes: for tests of what is built on it, since it segments nothing.
   *
   * @param config   `Sam2Config.defaults()`, or another
   * @param options  the runtime, and a `seed` (default 0): equal seeds give equal weights on every platform
   */
  static async fromConfig(config: Sam2Config, options: RandomWeightOptions): Promise<Sam2Model> {
    const { model, ...rest } = await randomModel(config, Sam2Config, "Sam2Model", options);
    return Sam2Model.fromPretrained(model, rest);
  }
}
