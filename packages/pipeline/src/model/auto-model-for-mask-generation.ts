import { type FromPretrainedOptions, type Loaded, loadModel, type ModelReference } from "@sam2js/checkpoint";
import {
  EdgeTamConfig,
  parseImageModelConfig,
  type RuntimeCapabilities,
  type Sam2Config,
} from "@sam2js/core";
import { EdgeTamModel } from "./edgetam-model.js";
import { Sam2Model } from "./sam2-model.js";
import { segmentationDefinition } from "./segmentation-model.js";

const DEFINITION = segmentationDefinition("AutoModelForMaskGeneration", parseImageModelConfig);

/**
 * Loads whichever model a checkpoint holds, by the `model_type` of its config.
 *
 * @see `AutoModelForMaskGeneration` of Hugging Face transformers
 */
export const AutoModelForMaskGeneration = {
  /** As `Sam2Model.fromPretrained`. */
  fromPretrained(model: ModelReference, options: FromPretrainedOptions): Promise<Sam2Model | EdgeTamModel> {
    return loadModel<Sam2Config | EdgeTamConfig, Sam2Model | EdgeTamModel>(
      model,
      options,
      DEFINITION,
      modelOf,
    );
  },
};

function modelOf(loaded: Loaded<Sam2Config | EdgeTamConfig>, capabilities: RuntimeCapabilities) {
  const { config } = loaded;
  return config instanceof EdgeTamConfig
    ? new EdgeTamModel({ ...loaded, config }, capabilities)
    : new Sam2Model({ ...loaded, config }, capabilities);
}
