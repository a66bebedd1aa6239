import { assert } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import { channels } from "../layers/linear.js";
import { reduceMax } from "../ops/reduce.js";
import { padEnd, reshape, slice } from "../ops/shape.js";
import { type GridOrder, reorder, rowMajor, tiled } from "./grid-order.js";

/**
 * A feature map as a list of tokens, [H·W, C]. Linear layers and normalisation do not care about the order of tokens, so it is
 * changed only where windows demand another one: `tile` > 0 says that squares of that side follow each other, 0 row by row.
 */
export interface TokenMap {
  readonly tokens: Value;
  readonly height: number;
  readonly width: number;
  readonly tile: number;
}

/** The same map with other features. */
export function withTokens(map: TokenMap, tokens: Value): TokenMap {
  return { ...map, tokens };
}

/** In which order the tokens of a map stand. */
export function orderOf({ height, width, tile }: Omit<TokenMap, "tokens">): GridOrder {
  return tile > 0 ? tiled(height, width, tile) : rowMajor(height, width);
}

/** The map in another order of tokens; nothing happens where it is in that order already. */
export function arrange(map: TokenMap, tile: number): TokenMap {
  const side = tile === 1 ? 0 : tile;
  if (side === map.tile) return map;
  const result = { ...map, tile: side };
  return { ...result, tokens: reorderTokens(map.tokens, orderOf(map), orderOf(result)) };
}

/** {@link reorder} for the tokens of a single map. @param tokens [H·W, C] */
export function reorderTokens(tokens: Value, from: GridOrder, to: GridOrder): Value {
  const { dims } = tokens;
  return reshape(reorder(reshape(tokens, [1, ...dims]), from, to), dims);
}

/** Zero tokens at the right and at the bottom, up to whole windows. */
export function padToWindows(map: TokenMap, window: number): TokenMap {
  const height = Math.ceil(map.height / window) * window;
  const width = Math.ceil(map.width / window) * window;
  if (height === map.height && width === map.width) return map;
  assert(map.tile === 0, "only a map in rows can be padded");
  const image = reshape(map.tokens, [map.height, map.width, channels(map.tokens)]);
  const padded = padEnd(image, [height - map.height, width - map.width, 0]);
  return { ...map, height, width, tokens: reshape(padded, [height * width, channels(map.tokens)]) };
}

/** The first rows and columns of a map. */
export function crop(map: TokenMap, height: number, width: number): TokenMap {
  if (height === map.height && width === map.width) return map;
  assert(map.tile === 0, "only a map in rows can be cropped");
  const image = reshape(map.tokens, [map.height, map.width, channels(map.tokens)]);
  const rest = slice(slice(image, 0, 0, height), 1, 0, width);
  return { ...map, height, width, tokens: reshape(rest, [height * width, channels(map.tokens)]) };
}

/**
 * Largest features of each square of `stride` tokens; what a tile (or the map) has beyond whole squares is dropped. One axis at a time:
 * engines have a fast way for that, and none for two axes apart.
 */
export function maxPool(map: TokenMap, stride: number): TokenMap {
  const rows = map.tile || map.height;
  const columns = map.tile || map.width;
  const tiles = (map.height / rows) * (map.width / columns);
  const pooled = { height: Math.floor(rows / stride), width: Math.floor(columns / stride) };
  const features = channels(map.tokens);
  let image = reshape(map.tokens, [tiles, rows, columns, features]);
  image = slice(slice(image, 1, 0, pooled.height * stride), 2, 0, pooled.width * stride);
  const runs = tiles * pooled.height;
  const rowsOfSquares = reduceMax(reshape(image, [runs, stride, pooled.width * stride * features]), [1]);
  const squares = reshape(rowsOfSquares, [runs * pooled.width, stride, features]);
  const height = (map.height / rows) * pooled.height;
  const width = (map.width / columns) * pooled.width;
  const tokens = reduceMax(squares, [1]);
  const tile = map.tile === 0 || pooled.height === 1 ? 0 : pooled.height;
  return { tokens, height, width, tile };
}
