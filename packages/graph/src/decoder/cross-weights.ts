import type { Value } from "../builder/graph-builder.js";
import { derive, type Weight } from "../weights/weight.js";
import type { Weights } from "../weights/weights.js";
import type { DecoderGeometry } from "./geometry.js";

/** Weights of the attention between tokens and image, cut by head so that they multiply what tokens bring. */

/** W_k, from queries to what they look for in the image: [1, heads, D, C]. */
export function keyWeight(w: Weights, geometry: DecoderGeometry): Value {
  return byHead(w.get("k_proj.weight", [geometry.inner, geometry.channels]), geometry);
}

/** W_q, from keys to what the image is asked about them: [1, heads, D, C]. */
export function queryWeight(w: Weights, geometry: DecoderGeometry): Value {
  return byHead(w.get("q_proj.weight", [geometry.inner, geometry.channels]), geometry);
}

function byHead(weight: Weight, { channels, heads, headSize }: DecoderGeometry): Value {
  return weight.view([1, heads, headSize, channels]).value;
}

/** W_vᵀ, from what was gathered in the image to values: [1, heads, C, D]. */
export function valueWeight(w: Weights, { channels, heads, inner, headSize }: DecoderGeometry): Value {
  return derive(
    w.graph,
    [w.get("v_proj.weight", [inner, channels])],
    [1, heads, channels, headSize],
    (weight) => transposeHeads(weight, heads, headSize, channels),
  );
}

/**
 * W_oᵀ [1, heads, D, C], from values to the image, and (b_o + shift) / heads [C]: as the weights of each head sum to 1, the shares add up.
 *
 * @param shift  [C], a bias of the image tokens
 */
export function outputWeight(
  w: Weights,
  shift: Weight | undefined,
  { channels, heads, inner, headSize }: DecoderGeometry,
): { readonly weight: Value; readonly share: Value } {
  const matrix = w.get("o_proj.weight", [channels, inner]);
  const biases = [w.get("o_proj.bias", [channels]), ...(shift ? [shift] : [])];
  return {
    weight: derive(w.graph, [matrix], [1, heads, headSize, channels], (o) =>
      transposeHeads(o, 1, channels, inner),
    ),
    share: derive(w.graph, biases, [channels], (...all) =>
      Float32Array.from(
        { length: channels },
        (_, i) => all.reduce((sum, b) => sum + (b[i] as number), 0) / heads,
      ),
    ),
  };
}

/** W_v·shift + b_v, [inner]: what values have beside those of the image without its bias. @param shift  [C], as above */
export function valueBias(
  w: Weights,
  shift: Weight | undefined,
  { channels, inner }: DecoderGeometry,
): Value {
  const bias = w.get("v_proj.bias", [inner]);
  if (!shift) return bias.value;
  const weight = w.get("v_proj.weight", [inner, channels]);
  return derive(w.graph, [weight, bias, shift], [inner], (matrix, own, offset) =>
    own.map((start, row) =>
      offset.reduce((sum, shifted, i) => sum + (matrix[row * channels + i] as number) * shifted, start),
    ),
  );
}

/** [heads, rows, columns] → [heads, columns, rows]. */
function transposeHeads(weight: Float32Array, heads: number, rows: number, columns: number): Float32Array {
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
