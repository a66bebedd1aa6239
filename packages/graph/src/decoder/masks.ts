import { product } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { reorder, rowMajor, subPixels } from "../grid/grid-order.js";
import { channels } from "../layers/linear.js";
import { mlp } from "../layers/mlp.js";
import { matMul } from "../ops/matmul.js";
import { concat, reshape, slice, transpose } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import type { DecoderGeometry } from "./geometry.js";

/**
 * A vector per mask token: what its mask is made of.
 *
 * @param maskTokens  [P, M, C]   @param first  which of the decoder's masks the first is for   @returns [P, M, c₀]
 */
export function hyperVectors(
  maskTokens: Value,
  w: Weights,
  { channels: size, fine }: DecoderGeometry,
  first: number,
): Value {
  const vectors = Array.from({ length: maskTokens.dims[1] as number }, (_, i) => {
    const part = w.at(`output_hypernetworks_mlps.${first + i}`);
    const settings = { hidden: size, features: fine[1], depth: 3, activation: "relu" } as const;
    return mlp(slice(maskTokens, 1, i, i + 1), part, settings);
  });
  return concat(vectors, 1);
}

/**
 * Masks as products of vectors with the upscaled image, sub-pixels still in groups.
 *
 * @param hyper  [P, M, c₀]   @param upscaled  [P, 16·N, c₀]   @returns logits [P, M, 16·N]
 */
export function maskProducts(hyper: Value, upscaled: Value): Value {
  return matMul(hyper, transpose(upscaled, [0, 2, 1]));
}

/** Sub-pixels to rows of pixels. @param grouped [.., 16·N] @returns [.., 4h, 4w] */
export function maskImages(grouped: Value, { height, width }: DecoderGeometry): Value {
  const leading = grouped.dims.slice(0, -1);
  const pixels = channels(grouped);
  const flat = reshape(grouped, [product(leading), pixels, 1]);
  const rows = reorder(flat, subPixels(height, width, 2), rowMajor(4 * height, 4 * width));
  return reshape(rows, [...leading, 4 * height, 4 * width]);
}
