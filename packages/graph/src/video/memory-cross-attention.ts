import { type Axis, product } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { type AttentionForm, attentionNode } from "../layers/attention.js";
import { layerNorm } from "../layers/layer-norm.js";
import { add, scale } from "../ops/elementwise.js";
import { gemm, matMul } from "../ops/matmul.js";
import { concat, reshape, slice, transpose } from "../ops/shape.js";
import { softmax } from "../ops/softmax.js";
import { derive } from "../weights/weight.js";
import type { Weights } from "../weights/weights.js";
import type { MemoryBank } from "./memory-bank.js";
import { ATTENTION_EPSILON, type MemoryGeometry } from "./memory-geometry.js";
import { projectInOrder, type Rotary, turn } from "./rotary.js";

/** Queries are taken in parts so that scores stay below this many bytes. */
const SCORE_LIMIT_BYTES = 64 * 2 ** 20;

export interface MemoryCrossAttention {
  readonly geometry: MemoryGeometry;
  /** Of the image tokens. */
  readonly rotation: Rotary;
  /** Of the tokens of one memory. */
  readonly keyRotation: Rotary;
  readonly form: AttentionForm;
  /** Memory tokens of the longest bank, by which scores are measured. */
  readonly mostTokens: number;
}

/**
 * Image tokens attend to memories m and pointers.
 *
 *   A = softmax(R(n·W_q)·(R(placed·W_k), aged·W_k)ᵀ / √d),  n = LN₂(x)
 *   y = x + Σₕ (Aₕ·m)·(W_vₕ·Wₒₕ) + b_v·Wₒ + bₒ   instead of (A·(m·W_v + b_v))·Wₒ + bₒ: rows of A sum to 1,
 *                                                 and a memory has fewer channels than a value
 *
 * Pointers have no place in the grid and are not turned. All frames of memory turn by the same table.
 *
 * @param x  [N, C]   @param w  of the layer   @returns [N, C]
 */
export function memoryCrossAttention(
  x: Value,
  bank: MemoryBank,
  w: Weights,
  { geometry, rotation, keyRotation, form, mostTokens }: MemoryCrossAttention,
): Value {
  const { inner, headSize, heads, tokens } = geometry;
  const part = w.at("cross_attn_image");
  const n = layerNorm(x, w.at("layer_norm2"), ATTENTION_EPSILON);
  const q = turn(projectInOrder(n, part.at("q_proj"), inner, rotation), 1, rotation);
  const keys = part.at("k_proj");
  const places = turn(projectInOrder(bank.placed, keys, inner, rotation), bank.frames, keyRotation);
  const all = [places, projectInOrder(bank.aged, keys, inner, rotation)];
  let gathered: Value; // [N, heads·D]
  if (form !== "plain" && heads === 1) {
    gathered = inOneNode(q, all, bank.values, form);
  } else {
    const k = concat(all, 0, "M");
    const scaled = scale(q, headSize ** -0.5);
    const length = Math.max(1, Math.floor(SCORE_LIMIT_BYTES / (4 * heads * mostTokens)));
    const starts = Array.from({ length: Math.ceil(tokens / length) }, (_, i) => i * length);
    const parts = starts.map((begin) => slice(scaled, 0, begin, Math.min(tokens, begin + length)));
    const attend = heads === 1 ? attendOne : attendHeads(heads);
    gathered = concat(
      parts.map((some) => attend(some, k, bank.values)),
      0,
    );
  }
  const { weight, bias } = foldedValues(part, geometry);
  return add(x, gemm(gathered, weight, bias));
}

/**
 * One node; values are narrower than keys. Queries are two items of a batch where their number is even: the engine shares out blocks of a few
 * hundred queries of one item among its threads, and an odd number of blocks keeps one of two threads waiting. Writing keys down twice costs
 * a tenth of what that saves.
 *
 * @param k  parts of the keys, M rows together
 */
function inOneNode(
  q: Value,
  k: readonly Value[],
  values: Value,
  form: Exclude<AttentionForm, "plain">,
): Value {
  const [tokens, inner] = q.dims as [number, number];
  const size = values.dims[2] as number;
  const items = tokens % 2 === 0 ? 2 : 1;
  const twice = Array.from({ length: items }, () => k).flat();
  const memories = values.dims[1] as Axis;
  const keys = reshape(concat(twice, 0, `${product([items, memories])}`), [items, memories, inner]);
  const queries = reshape(q, [items, tokens / items, inner]);
  const copies = concat(
    Array.from({ length: items }, () => values),
    0,
  );
  return reshape(attentionNode(queries, keys, copies, 1, form), [tokens, size]);
}

/** @param q [some, inner] @param k [M, inner] @param values [1, M, D] @returns [some, D] */
function attendOne(q: Value, k: Value, values: Value): Value {
  return matMul(softmax(gemm(q, k, undefined)), reshape(values, values.dims.slice(1)));
}

/** {@link attendOne} of several heads, whose results stand side by side: [some, heads·D]. */
function attendHeads(heads: number) {
  return (q: Value, k: Value, values: Value): Value => {
    const [some, inner] = q.dims as [number, number];
    const size = inner / heads;
    const queries = transpose(reshape(q, [some, heads, size]), [1, 0, 2]);
    const keys = transpose(reshape(k, [k.dims[0] as Axis, heads, size]), [1, 2, 0]);
    const mixed = matMul(softmax(matMul(queries, keys)), values); // [heads, some, D]
    return reshape(transpose(mixed, [1, 0, 2]), [some, heads * (values.dims[2] as number)]);
  };
}

/** W_vₕ·Wₒₕ of each head [C, heads·D], and b_v·Wₒ + bₒ [C]. */
function foldedValues(
  w: Weights,
  { channels, inner, heads, headSize, memoryChannels: size }: MemoryGeometry,
) {
  const output = w.get("o_proj.weight", [channels, inner]);
  const value = w.get("v_proj.weight", [inner, size]);
  const weight = derive(w.graph, [output, value], [channels, heads * size], (o, v) => {
    const result = new Float32Array(channels * heads * size);
    for (let row = 0; row < channels; row++) {
      for (let column = 0; column < heads * size; column++) {
        const head = Math.floor(column / size);
        let sum = 0;
        for (let i = head * headSize; i < (head + 1) * headSize; i++) {
          sum += (o[row * inner + i] as number) * (v[i * size + (column % size)] as number);
        }
        result[row * heads * size + column] = sum;
      }
    }
    return result;
  });
  const biases = [output, w.get("v_proj.bias", [inner]), w.get("o_proj.bias", [channels])];
  const bias = derive(w.graph, biases, [channels], (o, v, b) =>
    b.map((start, row) =>
      v.reduce((sum, element, i) => sum + (o[row * inner + i] as number) * element, start),
    ),
  );
  return { weight, bias };
}
