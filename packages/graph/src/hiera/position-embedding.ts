import type { Value } from "../builder/graph-builder.js";
import { add, cast } from "../ops/elementwise.js";
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
 * It depends on weights alone, so engines compute it once, when they load the graph; in float32, then in the type of the weights.
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
  const grid = w.get("pos_embed", [1, channels, ...background]).view([channels, ...background]);
  const coarse = cast(grid.value, "float32");
  const learned = reshape(transpose(coarse, [1, 2, 0]), [background[0], background[1] * channels]);
  const inRows = reshape(matMul(down, learned), [height, background[1], channels]);
  const resized = matMul(across, inRows); // [H, W, C]
  const cell = w.get("pos_embed_window", [1, channels, window, window]).view([channels, window, window]);
  const fine = cast(cell.value, "float32");
  const squares = reshape(resized, [height / window, window, width / window, window, channels]);
  const tile = reshape(transpose(fine, [1, 2, 0]), [1, window, 1, window, channels]);
  return cast(reshape(add(squares, tile), [height * width, channels]), grid.type);
}
