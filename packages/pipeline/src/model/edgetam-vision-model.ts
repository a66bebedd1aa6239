import { type FromPretrainedOptions, type Loaded, loadModel, type ModelReference } from "@sam2js/checkpoint";
import { EdgeTamConfig, EdgeTamVisionConfig, type RuntimeCapabilities } from "@sam2js/core";
import { isWholeModel } from "./part-of-checkpoint.js";
import { VisionModel, visionDefinition } from "./vision-model.js";

const DEFINITION = visionDefinition("EdgeTamVisionModel", (json) =>
  isWholeModel(json) ? EdgeTamConfig.parse(json).visionConfig : EdgeTamVisionConfig.parse(json),
);

/**
 * The vision encoder alone: RepViT backbone and feature pyramid neck. Loads from a whole EdgeTAM checkpoint and from one saved by this class.
 *
 * @see `EdgeTamVisionModel` of Hugging Face transformers
 */
export class EdgeTamVisionModel extends VisionModel<EdgeTamVisionConfig> {
  private constructor(loaded: Loaded<EdgeTamVisionConfig>, capabilities: RuntimeCapabilities) {
    super("EdgeTamVisionModel", loaded, capabilities);
  }

  /** As `EdgeTamModel.fromPretrained`. */
  static fromPretrained(model: ModelReference, options: FromPretrainedOptions): Promise<EdgeTamVisionModel> {
    return loadModel(model, options, DEFINITION, (...parts) => new EdgeTamVisionModel(...parts));
  }
}
