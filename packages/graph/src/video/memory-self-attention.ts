import type { Value } from "../builder/graph-builder.js";
import { type AttentionForm, attention } from "../layers/attention.js";
import { layerNorm } from "../layers/layer-norm.js";
import { channels, linear } from "../layers/linear.js";
import { add } from "../ops/elementwise.js";
import { reshape } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { ATTENTION_EPSILON, type MemoryGeometry } from "./memory-geometry.js";
import { projectInOrder, type Rotary, turn } from "./rotary.js";

/**
 * Image tokens attend to each other.
 *
 *   n = LN₁(x),  y = x + (softmax(R(n·W_q)·R(n·W_k)ᵀ / √d)·n·W_v)·Wₒ,  R turns by the place in the grid
 *
 * @param x  [N, C]   @param w  of the layer   @returns [N, C]
 */
export function memorySelfAttention(
  x: Value,
  w: Weights,
  { channels: size, inner, heads }: MemoryGeometry,
  rotation: Rotary,
  form: AttentionForm,
): Value {
  const part = w.at("self_attn");
  const n = layerNorm(x, w.at("layer_norm1"), ATTENTION_EPSILON);
  const batch = (rows: Value) => reshape(rows, [1, ...rows.dims]);
  const turned = (name: string) =>
    batch(turn(projectInOrder(n, part.at(name), inner, rotation), 1, rotation));
  const v = batch(linear(n, part.at("v_proj"), inner));
  const mixed = attention(turned("q_proj"), turned("k_proj"), v, heads, form);
  const rows = reshape(mixed, [mixed.dims[1] as number, channels(mixed)]);
  return add(x, linear(rows, part.at("o_proj"), size));
}
