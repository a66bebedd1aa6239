import {
  type FromPretrainedOptions,
  loadPretrained,
  type ModelDefinition,
  type ModelReference,
} from "@sam2js/checkpoint";
import { Sam2Config, Sam2VisionConfig, type Tensor } from "@sam2js/core";
import { repeatRows, type Sam2VisionOutput, type VisionInputs } from "@sam2js/embeddings";
import { sinePositionEncoding, VISION_PREFIX, visionGraph, visionWeights } from "@sam2js/graph";
import { EncoderModel } from "./encoder-model.js";
import { isWholeModel, partOfCheckpoint, prefixOf } from "./part-of-checkpoint.js";

const DEFINITION: ModelDefinition<Sam2VisionConfig> = {
  className: "Sam2VisionModel",
  config(json, imageSize) {
    const config = isWholeModel(json) ? Sam2Config.parse(json).visionConfig : Sam2VisionConfig.parse(json);
    return imageSize === undefined ? config : config.withImageSize(imageSize);
  },
  tensors(config, found) {
    const prefix = prefixOf(found, VISION_PREFIX);
    return partOfCheckpoint(visionWeights(config, prefix), prefix);
  },
};

const KIND = {
  className: DEFINITION.className,
  graph: visionGraph,
  input: (config: Sam2VisionConfig) => config.backboneConfig,
};

/**
 * The vision encoder alone: Hiera backbone and feature pyramid neck. Loads from a whole SAM 2 checkpoint and from one saved by this class.
 *
 * @see `Sam2VisionModel` of Hugging Face transformers
 */
export class Sam2VisionModel extends EncoderModel<Sam2VisionConfig> {
  /** As `Sam2Model.fromPretrained`. */
  static async fromPretrained(
    model: ModelReference,
    options: FromPretrainedOptions,
  ): Promise<Sam2VisionModel> {
    const loaded = await loadPretrained(model, options, DEFINITION);
    const prefix = prefixOf(loaded.checkpoint.tensors, VISION_PREFIX);
    const made = new Sam2VisionModel(KIND, loaded, prefix, await loaded.runtime.capabilities());
    await made.load();
    return made;
  }

  /**
   * Encodes images.
   *
   * @throws {ShapeError} `pixelValues` is not float32 [B, channels, H, W] of the config
   */
  async forward(inputs: VisionInputs): Promise<Sam2VisionOutput> {
    const { list, ...output } = await this.encode(inputs);
    const fpnHiddenStates = list("fpn_hidden_states");
    const fpnPositionEncoding = fpnHiddenStates.map(
      ({ dims: [batch = 1, channels = 0, height = 0, width = 0] }) =>
        repeatRows(sinePositionEncoding(channels, height, width), batch),
    ) as Tensor<"float32">[];
    return { ...output, fpnHiddenStates, fpnPositionEncoding };
  }
}
