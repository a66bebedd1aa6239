import { type FromPretrainedOptions, type Loaded, loadModel, type ModelReference } from "@sam2js/checkpoint";
import {
  EdgeTamVideoConfig,
  parseVideoModelConfig,
  type RuntimeCapabilities,
  type VideoModelConfig,
} from "@sam2js/core";
import { EdgeTamVideoModel } from "./edgetam-video-model.js";
import { Sam2VideoModel } from "./sam2-video-model.js";
import { videoDefinition } from "./video-segmentation-model.js";

const DEFINITION = videoDefinition("AutoVideoModel", parseVideoModelConfig);

/** Loads whichever video model a checkpoint holds, by the `model_type` of its config. The reference's `AutoModel` does it for all kinds. */
export const AutoVideoModel = {
  /** As `Sam2VideoModel.fromPretrained`. */
  fromPretrained(
    model: ModelReference,
    options: FromPretrainedOptions,
  ): Promise<Sam2VideoModel | EdgeTamVideoModel> {
    return loadModel<VideoModelConfig, Sam2VideoModel | EdgeTamVideoModel>(
      model,
      options,
      DEFINITION,
      modelOf,
    );
  },
};

function modelOf(loaded: Loaded<VideoModelConfig>, capabilities: RuntimeCapabilities) {
  const { config } = loaded;
  return config instanceof EdgeTamVideoConfig
    ? new EdgeTamVideoModel({ ...loaded, config }, capabilities)
    : new Sam2VideoModel({ ...loaded, config }, capabilities);
}
