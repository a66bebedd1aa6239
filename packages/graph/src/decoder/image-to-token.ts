import type { Axis } from "../builder/axis.js";
import { product } from "../builder/axis.js";
import type { Value } from "../builder/value.js";
import { splitHeads } from "../layers/attention.js";
import { linear } from "../layers/linear.js";
import { add, mul, scale } from "../ops/elementwise.js";
import { matMul } from "../ops/matmul.js";
import { reshape, transpose } from "../ops/shape.js";
import { softmax } from "../ops/softmax.js";
import { derive } from "../weights/weight.js";
import type { Weights } from "../weights/weights.js";
import type { DecoderGeometry } from "./geometry.js";
import type { ImageState } from "./image-state.js";

/**
 * The image attends to the tokens.
 *
 *   Sₕ = (X + pos)·(Kₕ·W_qₕ)ᵀ + Kₕ·b_qₕ, over √D   instead of ((X + pos)·W_qₕᵀ + b_qₕ)·Kₕᵀ
 *   y  = Σₕ softmax(Sₕ)·(Vₕ·Wₒₕ + bₒ/heads)         instead of (softmax(Sₕ)·Vₕ)·Wₒₕ, summed, + bₒ
 *
 * @param placed  tokens with their positions, for keys [P, T, C]   @param tokens  for values
 * @returns       [P, N, C], and softmax(S) [P, N, heads, T]
 */
export function imageToToken(
  placed: Value,
  tokens: Value,
  image: ImageState,
  w: Weights,
  geometry: DecoderGeometry,
): { readonly output: Value; readonly weights: Value } {
  const { channels, heads, inner } = geometry;
  const keys = splitHeads(linear(placed, w.at("k_proj"), inner), heads);
  const values = splitHeads(linear(tokens, w.at("v_proj"), inner), heads);
  const weights =
    image.kind === "shared" ? weightsShared(image, keys, geometry) : weightsOwn(image, keys, w, geometry);
  const [prompts, imageTokens, , count] = weights.dims as [Axis, number, number, Axis];
  const rows = product([heads, count]);
  const mixed = reshape(projectValues(values, w, geometry), [prompts, rows, channels]);
  return { output: matMul(reshape(weights, [prompts, imageTokens, rows]), mixed), weights };
}

/** One product for all heads: keys stand in the columns of their head and zeros in the others. */
function weightsShared(
  { queries }: Extract<ImageState, { kind: "shared" }>,
  keys: Value,
  { heads, inner, headSize }: DecoderGeometry,
): Value {
  const [prompts, , count] = keys.dims as [Axis, number, Axis];
  const own = keys.graph.float(identity(heads), [heads, 1, heads, 1]);
  const apart = mul(reshape(keys, [prompts, heads, count, 1, headSize]), own);
  const rows = reshape(apart, [prompts, product([heads, count]), inner]);
  const scores = matMul(queries, transpose(rows, [0, 2, 1])); // [P, N, heads·T]
  return softmax(reshape(scores, [prompts, queries.dims[1] as Axis, heads, count]));
}

function weightsOwn(
  { placed }: Extract<ImageState, { kind: "own" }>,
  keys: Value,
  w: Weights,
  { channels, heads, inner, headSize }: DecoderGeometry,
): Value {
  const [prompts, , count] = keys.dims as [Axis, number, Axis];
  const rows = product([heads, count]);
  const scaled = scale(keys, headSize ** -0.5);
  const weight = w.get("q_proj.weight", [inner, channels]).view([1, heads, headSize, channels]).value;
  const bias = w.get("q_proj.bias", [inner]).view([1, heads, headSize, 1]).value;
  const projected = reshape(matMul(scaled, weight), [prompts, rows, channels]);
  const constant = reshape(matMul(scaled, bias), [prompts, 1, rows]);
  const scores = add(matMul(placed, transpose(projected, [0, 2, 1])), constant); // [P, N, heads·T]
  return softmax(reshape(scores, [prompts, placed.dims[1] as Axis, heads, count]));
}

/** Vₕ·Wₒₕ + bₒ/heads, [P, heads, T, C]: as the weights of each head sum to 1, the shares of bₒ add up to it. */
function projectValues(
  values: Value,
  w: Weights,
  { channels, heads, inner, headSize }: DecoderGeometry,
): Value {
  const weight = derive(
    w.graph,
    [w.get("o_proj.weight", [channels, inner])],
    [1, heads, headSize, channels],
    (o) => transposed(o, channels, inner),
  );
  const share = derive(w.graph, [w.get("o_proj.bias", [channels])], [channels], (bias) =>
    bias.map((b) => b / heads),
  );
  return add(matMul(values, weight), share);
}

/** [rows, columns] → [columns, rows]. */
function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = matrix[row * columns + column] as number;
    }
  }
  return result;
}

function identity(size: number): number[] {
  return Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
}
