import type { Value } from "../builder/graph-builder.js";
import { overRows } from "../layers/linear.js";
import { cos, scale, sin } from "../ops/elementwise.js";
import { gemm } from "../ops/matmul.js";
import { concat } from "../ops/shape.js";
import type { Weight } from "../weights/weight.js";
import type { Weights } from "../weights/weights.js";

/**
 * Random Fourier features of positions.
 *
 *   φ(p) = (sin 2πpG, cos 2πpG)
 *
 * @param positions  [.., 2], (x, y) from −1 to 1   @param matrix  G [2, C/2]   @returns [.., C]
 * @see arXiv:2006.10739
 */
export function fourierFeatures(positions: Value, matrix: Weight): Value {
  const angles = scale(
    overRows(positions, (rows) => gemm(rows, matrix.value, undefined, false)),
    2 * Math.PI,
  );
  return concat([sin(angles), cos(angles)], angles.dims.length - 1);
}

/** The matrix of the points, or of the image grid. Published files hold it twice; where one is missing the other is taken. */
export function fourierMatrix(w: Weights, use: "points" | "image", channels: number): Weight {
  const names = {
    points: "prompt_encoder.shared_embedding.positional_embedding",
    image: "shared_image_embedding.positional_embedding",
  };
  const other = use === "points" ? names.image : names.points;
  const name = w.has(names[use]) || !w.has(other) ? names[use] : other;
  return w.get(name, [2, Math.floor(channels / 2)], { optional: true });
}
