import {
  type FromPretrainedOptions,
  loadPretrained,
  type ModelDefinition,
  type ModelReference,
} from "@sam2js/checkpoint";
import { Sam2Config, Sam2VisionConfig, type Tensor } from "@sam2js/core";
import { sinePositionEncoding, VISION_PREFIX, visionGraph, visionWeights } from "@sam2js/graph";
import { repeatRows } from "./arrange.js";
import { isWholeModel, partOfCheckpoint, prefixOf } from "./part-of-checkpoint.js";
import { Tower } from "./tower.js";
import type { Sam2VisionOutput, VisionInputs } from "./vision-output.js";

const DEFINITION: ModelDefinition<Sam2VisionConfig> = {
  className: "Sam2VisionModel",
  config(json, imageSize) {
    const config = isWholeModel(json) ? Sam2Config.parse(json).visionConfig : Sam2VisionConfig.parse(json);
    return imageSize === undefined ? config : config.withImageSize(imageSize);
  },
  tensors(config, names) {
    const prefix = prefixOf(names, VISION_PREFIX);
    return partOfCheckpoint(visionWeights(config, prefix), prefix);
  },
};

/**
 * The vision encoder alone: Hiera backbone and feature pyramid neck. Loads from a whole SAM 2 checkpoint and from one saved by this class.
 *
 * @see `Sam2VisionModel` of Hugging Face transformers
 */
export class Sam2VisionModel {
  /** The vision encoder's part of `config.json`, in the image size that is used. Immutable. */
  readonly config: Sam2VisionConfig;
  readonly #tower: Tower<Sam2VisionConfig>;

  private constructor(config: Sam2VisionConfig, tower: Tower<Sam2VisionConfig>) {
    this.config = config;
    this.#tower = tower;
  }

  /** As `Sam2Model.fromPretrained`. */
  static async fromPretrained(
    model: ModelReference,
    options: FromPretrainedOptions,
  ): Promise<Sam2VisionModel> {
    const loaded = await loadPretrained(model, options, DEFINITION);
    const prefix = prefixOf(loaded.tensorNames, VISION_PREFIX);
    const tower = new Tower(loaded, visionGraph, prefix, await loaded.runtime.capabilities());
    await tower.load();
    return new Sam2VisionModel(loaded.config, tower);
  }

  /**
   * Encodes images.
   *
   * @throws {ShapeError} `pixelValues` is not float32 [B, channels, H, W] of the config
   */
  async forward(inputs: VisionInputs): Promise<Sam2VisionOutput> {
    const { imageSize, numChannels } = this.config.backboneConfig;
    const { list, ...output } = await this.#tower.run(inputs, imageSize, numChannels);
    const fpnHiddenStates = list("fpn_hidden_states");
    const fpnPositionEncoding = fpnHiddenStates.map(
      ({ dims: [batch = 1, channels = 0, height = 0, width = 0] }) =>
        repeatRows(sinePositionEncoding(channels, height, width), batch),
    ) as Tensor<"float32">[];
    return { ...output, fpnHiddenStates, fpnPositionEncoding };
  }

  /** Ends the model's sessions. Calling it twice is allowed. */
  dispose(): Promise<void> {
    return this.#tower.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}
