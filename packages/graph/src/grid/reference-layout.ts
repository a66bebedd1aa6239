import type { Value } from "../builder/graph-builder.js";
import { channels } from "../layers/linear.js";
import { reshape, transpose } from "../ops/shape.js";
import { arrange, type TokenMap } from "./token-map.js";

/** As the reference has feature maps: [1, C, H, W]. */
export function toImage(map: TokenMap): Value {
  const { tokens, height, width } = arrange(map, 0);
  return reshape(transpose(tokens, [1, 0]), [1, channels(tokens), height, width]);
}

/** As the reference has hidden states: [1, H, W, C]. */
export function toChannelsLast(map: TokenMap): Value {
  const { tokens, height, width } = arrange(map, 0);
  return reshape(tokens, [1, height, width, channels(tokens)]);
}

/** A map from where the reference has it: [1, C, H, W]. */
export function fromImage(image: Value): TokenMap {
  const [, features, height, width] = image.dims as [1, number, number, number];
  const tokens = transpose(reshape(image, [features, height * width]), [1, 0]);
  return { tokens, height, width, tile: 0 };
}
