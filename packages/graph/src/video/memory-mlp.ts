import { EdgeTamVideoConfig, type VideoModelConfig } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import { activate } from "../layers/activation.js";
import { channels, linear } from "../layers/linear.js";
import type { Weights } from "../weights/weights.js";

/** The MLP of a layer of the memory attention, which the two families name differently. @param x  [N, C]   @returns [N, C] */
export function memoryMlp(x: Value, layer: Weights, config: VideoModelConfig): Value {
  const { first, second, width, activation } =
    config instanceof EdgeTamVideoConfig
      ? {
          first: "mlp.up_proj",
          second: "mlp.down_proj",
          width: config.memoryAttentionMlpHiddenSize,
          activation: config.memoryAttentionMlpHiddenAct,
        }
      : {
          first: "linear1",
          second: "linear2",
          width: config.memoryAttentionFeedForwardHiddenSize,
          activation: config.memoryAttentionFeedForwardHiddenAct,
        };
  const hidden = activate(linear(x, layer.at(first), width), activation);
  return linear(hidden, layer.at(second), channels(x));
}
