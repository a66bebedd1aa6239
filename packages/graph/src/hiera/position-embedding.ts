import type { Value } from "../builder/value.js";
import { add } from "../ops/elementwise.js";
import { matMul } from "../ops/matmul.js";
import { reshape, transpose } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { bicubicMatrix } from "./bicubic.js";

export interface PositionEmbedding {
  readonly channels: number;
  /** [height, width] of the patch grid. */
  readonly size: readonly [number, number];
  /** [height, width] of the learned background. */
  readonly background: readonly [number, number];
  /** Side of the learned window. */
  readonly window: number;
}

/**
 * The position of each patch: a coarse background resized to the grid, and a window repeated over it.
 *
 *   p(y, x) = Σᵢⱼ R(y, i)·R′(x, j)·background(i, j) + window(y mod s, x mod s)
 *
 * It depends on weights alone, so engines compute it once, when they load the graph.
 *
 * @returns [H·W, C], row by row
 * @see arXiv:2311.05613
 */
export function positionEmbedding(
  w: Weights,
  { channels, size, background, window }: PositionEmbedding,
): Value {
  const { graph } = w;
  const [height, width] = size;
  const down = graph.float(bicubicMatrix(background[0], height), [height, background[0]]);
  const across = graph.float(bicubicMatrix(background[1], width), [width, background[1]]);
  const coarse = w.get("pos_embed", [1, channels, ...background]).view([channels, ...background]).value;
  const resized = matMul(down, matMul(coarse, transpose(across, [1, 0]))); // [C, H, W]
  const tiles = reshape(resized, [channels, height / window, window, width / window, window]);
  const fine = w
    .get("pos_embed_window", [1, channels, window, window])
    .view([channels, 1, window, 1, window]).value;
  const positions = reshape(add(tiles, fine), [channels, height * width]);
  return transpose(positions, [1, 0]);
}
