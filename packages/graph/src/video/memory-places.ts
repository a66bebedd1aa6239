import { EdgeTamVideoConfig, type VideoModelConfig } from "@sam2js/core";
import type { GraphBuilder, Value } from "../builder/graph-builder.js";
import { sineTokens } from "../neck/sine-tokens.js";
import { concat } from "../ops/shape.js";
import { memoryGeometry } from "./memory-geometry.js";
import type { TokenGrid } from "./rotary.js";

/** The grid that the tokens of a memory lie in, for the rotary encoding: the image's, or that of EdgeTAM's placed latents. */
export function memoryGrid(config: VideoModelConfig): TokenGrid {
  const { side, memoryTokens } = memoryGeometry(config);
  if (!(config instanceof EdgeTamVideoConfig)) return { height: side, width: side, still: 0 };
  const [width, height] = config.memoryAttentionRopeKSizes as [number, number];
  return { height, width, still: memoryTokens - height * width };
}

/** What tells the tokens of a memory apart by their place, added to keys: [memoryTokens, D]. EdgeTAM's free latents have none. */
export function memoryPlaces(graph: GraphBuilder, config: VideoModelConfig): Value {
  const { side, memoryChannels: size } = memoryGeometry(config);
  if (!(config instanceof EdgeTamVideoConfig)) return sineTokens(graph, size, side);
  const { perceiverResamplerNumLatents: free, perceiverResamplerNumLatents2d: placed } = config;
  const places = sineTokens(graph, size, Math.sqrt(placed));
  return free > 0 ? concat([graph.float(new Float32Array(free * size), [free, size]), places], 0) : places;
}
