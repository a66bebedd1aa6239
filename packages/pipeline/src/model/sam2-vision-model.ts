import { type FromPretrainedOptions, type Loaded, loadModel, type ModelReference } from "@sam2js/checkpoint";
import { type RuntimeCapabilities, Sam2Config, Sam2VisionConfig } from "@sam2js/core";
import { isWholeModel } from "./part-of-checkpoint.js";
import { VisionModel, visionDefinition } from "./vision-model.js";

const DEFINITION = visionDefinition("Sam2VisionModel", (json) =>
  isWholeModel(json) ? Sam2Config.parse(json).visionConfig : Sam2VisionConfig.parse(json),
);

/**
 * The vision encoder alone: Hiera backbone and feature pyramid neck. Loads from a whole SAM 2 checkpoint and from one saved by this class.
 *
 * @see `Sam2VisionModel` of Hugging Face transformers
 */
export class Sam2VisionModel extends VisionModel<Sam2VisionConfig> {
  private constructor(loaded: Loaded<Sam2VisionConfig>, capabilities: RuntimeCapabilities) {
    super("Sam2VisionModel", loaded, capabilities);
  }

  /** As `Sam2Model.fromPretrained`. */
  static fromPretrained(model: ModelReference, options: FromPretrainedOptions): Promise<Sam2VisionModel> {
    return loadModel(model, options, DEFINITION, (...parts) => new Sam2VisionModel(...parts));
  }
}
