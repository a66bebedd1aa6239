import {
  type FromPretrainedOptions,
  loadPretrained,
  type ModelDefinition,
  type ModelReference,
} from "@sam2js/checkpoint";
import { Sam2Config, Sam2HieraDetConfig, Sam2VisionConfig } from "@sam2js/core";
import type { Sam2HieraDetOutput, VisionInputs } from "@sam2js/embeddings";
import { hieraGraph, hieraWeights } from "@sam2js/graph";
import { EncoderModel } from "./encoder-model.js";
import { isVisionModel, isWholeModel, partOfCheckpoint, prefixOf } from "./part-of-checkpoint.js";

/** Where the backbone lies in a whole checkpoint, and in one of the vision encoder. */
const PREFIXES = ["vision_encoder.backbone.", "backbone."] as const;

const DEFINITION: ModelDefinition<Sam2HieraDetConfig> = {
  className: "Sam2HieraDetModel",
  config(json, imageSize) {
    const config = backboneConfig(json);
    return imageSize === undefined ? config : config.withImageSize(imageSize);
  },
  tensors(config, found) {
    const prefix = prefixOf(found, ...PREFIXES);
    return partOfCheckpoint(hieraWeights(config, prefix), prefix);
  },
};

function backboneConfig(json: unknown): Sam2HieraDetConfig {
  if (isWholeModel(json)) return Sam2Config.parse(json).visionConfig.backboneConfig;
  if (isVisionModel(json)) return Sam2VisionConfig.parse(json).backboneConfig;
  return Sam2HieraDetConfig.parse(json);
}

const KIND = {
  className: DEFINITION.className,
  graph: hieraGraph,
  input: (config: Sam2HieraDetConfig) => config,
};

/**
 * The Hiera backbone alone, with the features of every stage. Loads from a whole SAM 2 checkpoint, from one of the vision encoder, and from
 * one saved by this class.
 *
 * @see Hiera, arXiv:2306.00989; `Sam2HieraDetModel` of Hugging Face transformers
 */
export class Sam2HieraDetModel extends EncoderModel<Sam2HieraDetConfig> {
  /** As `Sam2Model.fromPretrained`. */
  static async fromPretrained(
    model: ModelReference,
    options: FromPretrainedOptions,
  ): Promise<Sam2HieraDetModel> {
    const loaded = await loadPretrained(model, options, DEFINITION);
    const prefix = prefixOf(loaded.checkpoint.tensors, ...PREFIXES);
    const made = new Sam2HieraDetModel(KIND, loaded, prefix, await loaded.runtime.capabilities());
    await made.load();
    return made;
  }

  /**
   * Encodes images.
   *
   * @throws {ShapeError} `pixelValues` is not float32 [B, channels, H, W] of the config
   */
  async forward(inputs: VisionInputs, ...rest: never[]): Promise<Sam2HieraDetOutput> {
    const { list, ...output } = await this.encode(inputs, rest);
    return { ...output, intermediateHiddenStates: list("intermediate_hidden_states") };
  }
}
