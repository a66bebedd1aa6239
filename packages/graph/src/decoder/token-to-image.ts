import type { Axis } from "../builder/axis.js";
import { product } from "../builder/axis.js";
import type { Value } from "../builder/value.js";
import { mergeHeads, splitHeads } from "../layers/attention.js";
import { linear } from "../layers/linear.js";
import { add, scale } from "../ops/elementwise.js";
import { matMul } from "../ops/matmul.js";
import { reshape, transpose } from "../ops/shape.js";
import { softmax } from "../ops/softmax.js";
import { derive } from "../weights/weight.js";
import type { Weights } from "../weights/weights.js";
import type { DecoderGeometry } from "./geometry.js";
import type { ImageState } from "./image-state.js";

/**
 * Tokens attend to the image.
 *
 *   Sₕ = (Qₕ·Wₖₕ)·(X + pos)ᵀ / √D      instead of Qₕ·((X + pos)·Wₖₕᵀ + bₖₕ)ᵀ: T rows are projected, not N;
 *                                      the key bias is the same for all keys and leaves the softmax as it was
 *   y  = (softmax(Sₕ)·X)·Wᵥₕᵀ + bᵥ     instead of softmax(Sₕ)·(X·Wᵥₕᵀ + bᵥₕ): rows of a softmax sum to 1
 *
 * @param placed      tokens with their positions [P, T, C]
 * @param similarity  added to the scores, [P?, heads?, T?, N]
 * @returns           [P, T, C]
 */
export function tokenToImage(
  placed: Value,
  image: ImageState,
  w: Weights,
  geometry: DecoderGeometry,
  similarity?: Value,
): Value {
  const { channels, heads, inner, headSize } = geometry;
  const queries = scale(splitHeads(linear(placed, w.at("q_proj"), inner), heads), headSize ** -0.5);
  const mixed =
    image.kind === "shared"
      ? attendShared(queries, image, similarity)
      : attendOwn(queries, image, w, geometry, similarity);
  return linear(mixed, w.at("o_proj"), channels);
}

/** One image for all prompts: their tokens are rows of the same product. */
function attendShared(
  queries: Value,
  { keys, values }: Extract<ImageState, { kind: "shared" }>,
  similarity: Value | undefined,
): Value {
  if (similarity) {
    return mergeHeads(matMul(softmax(add(matMul(queries, keys), similarity)), values));
  }
  const [prompts, heads, tokens, size] = queries.dims as [Axis, number, Axis, number];
  const rows = reshape(transpose(queries, [1, 0, 2, 3]), [1, heads, product([prompts, tokens]), size]);
  const output = matMul(softmax(matMul(rows, keys)), values);
  return mergeHeads(transpose(reshape(output, [heads, prompts, tokens, size]), [1, 0, 2, 3]));
}

/** Each prompt its own image: keys and values are never made. */
function attendOwn(
  queries: Value,
  { tokens: x, placed }: Extract<ImageState, { kind: "own" }>,
  w: Weights,
  { channels, heads, inner, headSize }: DecoderGeometry,
  similarity: Value | undefined,
): Value {
  const [prompts, , tokens] = queries.dims as [Axis, number, Axis];
  w.get("k_proj.bias", [inner]); // a checkpoint has it, the result does not depend on it
  const keyWeight = w.get("k_proj.weight", [inner, channels]).view([1, heads, headSize, channels]).value;
  const projected = reshape(matMul(queries, keyWeight), [prompts, product([heads, tokens]), channels]);
  let scores = matMul(projected, transpose(placed, [0, 2, 1]));
  if (similarity) {
    const perHead = [prompts, heads, tokens, scores.dims[2] as Axis];
    scores = reshape(add(reshape(scores, perHead), similarity), scores.dims);
  }
  const gathered = reshape(matMul(softmax(scores), x), [prompts, heads, tokens, channels]);
  const valueWeight = derive(
    w.graph,
    [w.get("v_proj.weight", [inner, channels])],
    [1, heads, channels, headSize],
    (weight) => transposeHeads(weight, heads, headSize, channels),
  );
  return add(mergeHeads(matMul(gathered, valueWeight)), w.get("v_proj.bias", [inner]).value);
}

/** [heads, rows, columns] → [heads, columns, rows]. */
export function transposeHeads(
  weight: Float32Array,
  heads: number,
  rows: number,
  columns: number,
): Float32Array {
  const result = new Float32Array(weight.length);
  for (let head = 0; head < heads; head++) {
    const start = head * rows * columns;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        result[start + column * rows + row] = weight[start + row * columns + column] as number;
      }
    }
  }
  return result;
}
