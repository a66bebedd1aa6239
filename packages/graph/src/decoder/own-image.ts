import { type Axis, product } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { mergeHeads, stackHeads } from "../layers/attention.js";
import { layerNorm } from "../layers/layer-norm.js";
import { add } from "../ops/elementwise.js";
import { matMul } from "../ops/matmul.js";
import { gatherRows, reshape, transpose } from "../ops/shape.js";
import { softmax } from "../ops/softmax.js";
import type { Weights } from "../weights/weights.js";
import { keyWeight, outputWeight, queryWeight, valueWeight } from "./cross-weights.js";
import { type DecoderGeometry, TOKEN_EPSILON } from "./geometry.js";
import type { Heard, ImageTokens } from "./image-tokens.js";

/**
 * Image tokens that differ between prompts from the start: they are kept as they are, and what tokens bring is projected instead, T rows, not N.
 *
 *   reading   Sₕ = (Qₕ·W_kₕ)·(X + π)ᵀ                   instead of Qₕ·((X + π)·W_kₕᵀ + b_kₕ)ᵀ; b_k is the same for all keys and leaves the softmax as it was
 *             yₕ = (softmax(Sₕ)·X)·W_vₕᵀ + b_vₕ          instead of softmax(Sₕ)·(X·W_vₕᵀ + b_vₕ): rows of a softmax sum to 1
 *   hearing   Sₕ = (X + π)·(Kₕ·W_qₕ)ᵀ + Kₕ·b_qₕ          instead of ((X + π)·W_qₕᵀ + b_qₕ)·Kₕᵀ
 *             y  = Σₕ softmax(Sₕ)·(Vₕ·W_oₕ + b_o/heads)  instead of (softmax(Sₕ)·Vₕ)·W_oₕ, summed, + b_o
 */
export class OwnImage implements ImageTokens {
  readonly #tokens: Value;
  readonly #placed: Value;
  readonly #positions: Value;
  readonly #geometry: DecoderGeometry;

  /** @param tokens  [P or 1, N, C]   @param positions  π [1, N, C] */
  constructor(tokens: Value, positions: Value, geometry: DecoderGeometry) {
    this.#tokens = tokens;
    this.#placed = add(tokens, positions);
    this.#positions = positions;
    this.#geometry = geometry;
  }

  readBy(queries: Value, w: Weights, similarity: Value | undefined): Value {
    const { channels, heads, inner } = this.#geometry;
    const [prompts, , count] = queries.dims as [Axis, number, Axis];
    w.get("k_proj.bias", [inner]); // a checkpoint has it, the result does not depend on it
    const folded = stackHeads(matMul(queries, keyWeight(w, this.#geometry)));
    let scores = matMul(folded, transpose(this.#placed, [0, 2, 1]));
    if (similarity) {
      const perHead = [prompts, heads, count, scores.dims[2] as Axis];
      scores = reshape(add(reshape(scores, perHead), similarity), scores.dims);
    }
    const gathered = matMul(softmax(scores), this.#tokens);
    const perHead = reshape(gathered, [prompts, heads, count, channels]);
    const read = matMul(perHead, valueWeight(w, this.#geometry));
    return add(mergeHeads(read), w.get("v_proj.bias", [inner]).value);
  }

  hearing(keys: Value, values: Value, w: Weights, norm: Weights): Heard {
    const { heads, inner, headSize } = this.#geometry;
    const [prompts, , count] = keys.dims as [Axis, number, Axis];
    const rows = product([heads, count]);
    const bias = w.get("q_proj.bias", [inner]).view([1, heads, headSize, 1]).value;
    const folded = stackHeads(matMul(keys, queryWeight(w, this.#geometry)));
    const constant = reshape(matMul(keys, bias), [prompts, 1, rows]);
    const scores = add(matMul(this.#placed, transpose(folded, [0, 2, 1])), constant); // [P, N, heads·T]
    const size = scores.dims[1] as Axis;
    const weights = softmax(reshape(scores, [prompts, size, heads, count]));
    const { weight, share } = outputWeight(w, undefined, this.#geometry);
    const told = stackHeads(add(matMul(values, weight), share));
    const sum = add(this.#tokens, matMul(reshape(weights, [prompts, size, rows]), told));
    const image = new OwnImage(layerNorm(sum, norm, TOKEN_EPSILON), this.#positions, this.#geometry);
    return { image, weights: transpose(weights, [0, 2, 1, 3]) };
  }

  of(rows: Value): ImageTokens {
    return new OwnImage(gatherRows(this.#tokens, rows), this.#positions, this.#geometry);
  }

  times(matrix: Value, addend: Value): Value {
    return add(matMul(this.#tokens, matrix), addend);
  }
}
