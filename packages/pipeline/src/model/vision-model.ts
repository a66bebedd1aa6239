import { type Loaded, type ModelDefinition, modelDefinition, requireLoaded } from "@sam2js/checkpoint";
import type { RuntimeCapabilities, Tensor, VisionConfig } from "@sam2js/core";
import { repeatRows, type Sam2VisionOutput, type VisionInputs } from "@sam2js/embeddings";
import { sinePositionEncoding, VISION_PREFIX, visionGraph, visionWeights } from "@sam2js/graph";
import { EncoderModel } from "./encoder-model.js";
import { partOfCheckpoint, prefixOf } from "./part-of-checkpoint.js";

/** How the vision encoder of a family is loaded. @param parse  reads its config from the file of a whole model or of the encoder alone */
export function visionDefinition<C extends VisionConfig>(
  className: string,
  parse: (json: unknown) => C,
): ModelDefinition<C> {
  return modelDefinition(className, parse, (config, found) => {
    const prefix = prefixOf(found, VISION_PREFIX);
    return partOfCheckpoint(visionWeights(config, prefix), prefix);
  });
}

/** Backbone and neck alone, of either family. */
export abstract class VisionModel<C extends VisionConfig> extends EncoderModel<C> {
  protected constructor(className: string, loaded: Loaded<C>, capabilities: RuntimeCapabilities) {
    requireLoaded(loaded, className);
    const kind = { className, graph: visionGraph, input: (config: C) => config };
    super(kind, loaded, prefixOf(loaded.checkpoint.tensors, VISION_PREFIX), capabilities);
  }

  /**
   * Encodes images.
   *
   * @throws {ShapeError} `pixelValues` is not float32 [B, channels, H, W] of the config
   */
  async forward(inputs: VisionInputs, ...rest: never[]): Promise<Sam2VisionOutput> {
    const { list, ...output } = await this.encode(inputs, rest);
    const fpnHiddenStates = list("fpn_hidden_states");
    const fpnPositionEncoding = fpnHiddenStates.map(
      ({ dims: [batch = 1, channels = 0, height = 0, width = 0] }) =>
        repeatRows(sinePositionEncoding(channels, height, width), batch),
    ) as Tensor<"float32">[];
    return { ...output, fpnHiddenStates, fpnPositionEncoding };
  }
}
