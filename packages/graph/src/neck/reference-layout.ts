import type { Value } from "../builder/graph-builder.js";
import { arrange, type TokenMap } from "../grid/token-map.js";
import { channels } from "../layers/linear.js";
import { reshape, transpose } from "../ops/shape.js";

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
