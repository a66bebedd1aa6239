import type { GraphBuilder, Value } from "../builder/graph-builder.js";
import { sinePositionEncoding } from "./sine-position-encoding.js";

/** The sine position encoding of a square map as tokens, row by row, times a factor: [side², channels]. */
export function sineTokens(graph: GraphBuilder, channels: number, side: number, factor = 1): Value {
  const tokens = side * side;
  const { data } = sinePositionEncoding(channels, side, side);
  const result = new Float32Array(data.length);
  for (let channel = 0; channel < channels; channel++) {
    for (let token = 0; token < tokens; token++) {
      result[token * channels + channel] = factor * (data[channel * tokens + token] as number);
    }
  }
  return graph.float(result, [tokens, channels]);
}
