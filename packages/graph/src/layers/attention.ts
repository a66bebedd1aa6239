import { assert } from "@sam2js/core";
import { type Axis, formatDims, product } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { scale } from "../ops/elementwise.js";
import { matMul } from "../ops/matmul.js";
import { concat, reshape, slice, transpose } from "../ops/shape.js";
import { softmax } from "../ops/softmax.js";
import { channels } from "./linear.js";

/**
 * `"fused"`: one `com.microsoft.MultiHeadAttention` node. `"onnx"`: one `Attention` node of opset 23. `"plain"`: MatMul, Softmax, MatMul, which
 * every engine has.
 */
export type AttentionForm = "fused" | "onnx" | "plain";

/** Queries are taken in parts so that scores stay below this many bytes: larger ones fall out of every cache and fill a browser's memory. */
const SCORE_LIMIT_BYTES = 64 * 2 ** 20;

/**
 * Attention of each head to all keys of the same item.
 *
 *   Aₕ = softmax(Qₕ·Kₕᵀ / √D),  y = (A₁·V₁ … Aₕ·Vₕ)
 *
 * @param q  [B, Q, C]   @param k, v  [B, K, C]   @returns [B, Q, C]
 */
export function attention(q: Value, k: Value, v: Value, heads: number, form: AttentionForm): Value {
  if (form === "plain") return plainAttention(q, k, v, heads).output;
  return attentionNode(q, k, v, heads, form);
}

/** One node. Values may be narrower than keys. */
export function attentionNode(
  q: Value,
  k: Value,
  v: Value,
  heads: number,
  form: Exclude<AttentionForm, "plain">,
): Value {
  const [batch, queries, size] = q.dims as [Axis, Axis, number];
  const dims = [batch, queries, channels(v)];
  const result =
    form === "fused"
      ? q.graph.op("MultiHeadAttention", [q, k, v], q.type, dims, { num_heads: heads }, "com.microsoft")
      : q.graph.op("Attention", [q, k, v], q.type, dims, { q_num_heads: heads, kv_num_heads: heads });
  return q.graph.counted(result, batch, queries, k.dims[1] as Axis, size + channels(v));
}

/** {@link attention} in the plain form, with its weights A [B, heads, Q, K] where they are wanted. */
export function plainAttention(q: Value, k: Value, v: Value, heads: number, wantsWeights = false) {
  const size = headSize(q, heads);
  const queries = splitHeads(scale(q, size ** -0.5), heads);
  const keys = transpose(reshape(k, [...k.dims.slice(0, 2), heads, size]), [0, 2, 3, 1]);
  const values = splitHeads(v, heads);
  const weights = (some: Value) => softmax(matMul(some, keys));
  if (wantsWeights) {
    const all = weights(queries);
    return { output: mergeHeads(matMul(all, values)), weights: all };
  }
  const outputs = parts(queries, keys).map((some) => matMul(weights(some), values));
  return { output: mergeHeads(concat(outputs, 2)), weights: undefined };
}

/** The queries [B, heads, Q, D] cut along Q. */
function parts(queries: Value, keys: Value): Value[] {
  const [batch, heads, count] = queries.dims;
  const scores = product([batch as Axis, heads as Axis, keys.dims[3] as Axis]);
  if (typeof scores !== "number" || typeof count !== "number") return [queries];
  const length = Math.max(1, Math.floor(SCORE_LIMIT_BYTES / (4 * scores)));
  const starts = Array.from({ length: Math.ceil(count / length) }, (_, i) => i * length);
  return starts.map((begin) => slice(queries, 2, begin, Math.min(count, begin + length)));
}

/** [B, T, heads·D] → [B, heads, T, D]. */
export function splitHeads(x: Value, heads: number): Value {
  const [batch, tokens] = x.dims as [Axis, Axis];
  return transpose(reshape(x, [batch, tokens, heads, headSize(x, heads)]), [0, 2, 1, 3]);
}

/** [B, heads, T, D] → [B, heads·T, D]. */
export function stackHeads(x: Value): Value {
  const [batch, heads, tokens, size] = x.dims as [Axis, number, Axis, Axis];
  return reshape(x, [batch, product([heads, tokens]), size]);
}

/** [B, heads, T, D] → [B, T, heads·D]. */
export function mergeHeads(x: Value): Value {
  const [batch, heads, tokens, size] = x.dims as [Axis, number, Axis, number];
  return reshape(transpose(x, [0, 2, 1, 3]), [batch, tokens, heads * size]);
}

function headSize(x: Value, heads: number): number {
  const size = channels(x) / heads;
  assert(Number.isInteger(size), `${heads} heads in ${formatDims(x.dims)}`);
  return size;
}
