import type { Value } from "../builder/graph-builder.js";
import { maxPool, type TokenMap, withTokens } from "../grid/token-map.js";
import { type AttentionForm, attention, plainAttention } from "../layers/attention.js";
import { affine, type Bias, channels } from "../layers/linear.js";
import { reshape } from "../ops/shape.js";
import { derive, type Weight } from "../weights/weight.js";
import type { Weights } from "../weights/weights.js";

export interface MultiScaleAttention {
  readonly channels: number;
  readonly heads: number;
  /** Pooling of the queries, 1 for none. */
  readonly stride: number;
  readonly form: AttentionForm;
  /** Whether the attention weights are wanted; the plain form is used then. */
  readonly wantsWeights: boolean;
}

/**
 * Attention inside the tiles of a map.
 *
 *   q = pool(x·W_q + b_q),  k = x·W_k,  v = x·W_v
 *   y = attention(q, k, v)·W_o + (b_v·W_o + b_o)   b_k is the same for all keys and leaves the softmax as it was;
 *                                                  the weights of a query sum to 1, so b_v comes through as it is
 *
 * An engine may add a bias on one thread, which takes as long as a narrow product on two.
 * W_q, W_k and W_v are thirds of `qkv`, each read in place: a product of its own costs less than taking one result apart.
 *
 * @param x  [H·W, inputs], a tile after the other (tile 0: one)   @returns [H/stride · W/stride, channels] in the same order
 */
export function multiScaleAttention(
  x: TokenMap,
  w: Weights,
  { channels: size, heads, stride, form, wantsWeights }: MultiScaleAttention,
): { readonly map: TokenMap; readonly weights: Value | undefined } {
  const weight = w.get("qkv.weight", [3 * size, channels(x.tokens)]);
  const bias = w.get("qkv.bias", [3 * size]);
  const third = (part: number) => [part * size, (part + 1) * size] as const;
  const [q, k, v] = [bias.rows(...third(0)), undefined, undefined].map((some, part) =>
    withTokens(x, affine(x.tokens, weight.rows(...third(part)), some)),
  ) as [TokenMap, TokenMap, TokenMap];
  const queries = stride > 1 ? maxPool(q, stride) : q;
  const count = x.tile > 0 ? (x.height * x.width) / x.tile ** 2 : 1;
  const tiles = [queries, k, v].map(({ tokens }) => split(tokens, count)) as [Value, Value, Value];
  const { output, weights } = wantsWeights
    ? plainAttention(...tiles, heads, true)
    : { output: attention(...tiles, heads, form), weights: undefined };
  const mixed = reshape(output, queries.tokens.dims);
  const projected = affine(
    mixed,
    w.get("proj.weight", [size, size]),
    outputBias(w, bias.rows(...third(2)), size),
  );
  return { map: withTokens(queries, projected), weights };
}

/** b_v·W_o + b_o [C]. */
function outputBias(w: Weights, valueBias: Weight, size: number): Bias {
  const sources = [w.get("proj.weight", [size, size]), valueBias, w.get("proj.bias", [size])];
  const sum = (o: Float32Array, v: Float32Array, b: Float32Array) =>
    b.map((start, row) => {
      let all = start;
      for (let i = 0; i < size; i++) all += (o[row * size + i] as number) * (v[i] as number);
      return all;
    });
  return { value: derive(w.graph, sources, [size], sum, valueBias.type) };
}

/** [tiles·T, C] → [tiles, T, C]. */
function split(tokens: Value, tiles: number): Value {
  const [count, features] = tokens.dims as [number, number];
  return reshape(tokens, [tiles, count / tiles, features]);
}
