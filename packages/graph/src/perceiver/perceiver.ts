import type { EdgeTamVideoConfig } from "@sam2js/core";
import { type Axis, product } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { reorder, rowMajor, tiled } from "../grid/grid-order.js";
import type { AttentionForm } from "../layers/attention.js";
import { layerNorm } from "../layers/layer-norm.js";
import { sineTokens } from "../neck/sine-tokens.js";
import { concat, expand, reshape } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { PERCEIVER_EPSILON, perceiverLayer } from "./perceiver-layer.js";

/**
 * The 2-D spatial perceiver: a few learned latents take the place of a frame's memory tokens. Some see the whole frame and have no place,
 * the others see one window each and keep its place.
 *
 * @param x  [P, N, D], row by row   @param side  √N
 * @returns  [P, L₁ + L₂, D], first those without a place
 * @see Perceiver, arXiv:2103.03206; EdgeTAM, arXiv:2501.07256 §3.3
 */
export function perceiver(
  x: Value,
  w: Weights,
  config: EdgeTamVideoConfig,
  { side, form }: { readonly side: number; readonly form: AttentionForm },
): Value {
  const { perceiverResamplerNumLatents: free, perceiverResamplerNumLatents2d: placed } = config;
  const [objects, , size] = x.dims as [Axis, number, number];
  const walk = (latents: Value, features: Value, places: Value | undefined) => {
    let l = latents;
    for (let index = 0; index < config.perceiverResamplerNumLayers; index++) {
      l = perceiverLayer({ latents: l, features, places }, w.at(`layers.${index}`), config, form);
    }
    return layerNorm(l, w.at("layer_norm"), PERCEIVER_EPSILON);
  };

  const results: Value[] = [];
  if (free > 0) {
    const latents = reshape(w.get("latents_1d", [free, size]).value, [1, free, size]);
    const places = reshape(sineTokens(w.graph, size, side), [1, side * side, size]);
    results.push(walk(expand(latents, [objects, free, size]), x, places));
  }
  const windows = Math.sqrt(placed);
  const tile = side / windows;
  const batch = product([objects, placed]);
  const latents = reshape(w.get("latents_2d", [placed, size]).value, [1, placed, size]);
  const each = reshape(expand(latents, [objects, placed, size]), [batch, 1, size]);
  const tiles = reorder(x, rowMajor(side, side), tiled(side, side, tile));
  const local = walk(each, reshape(tiles, [batch, tile * tile, size]), undefined);
  results.push(reshape(local, [objects, placed, size]));
  return concat(results, 1);
}
