import type { Value } from "../builder/graph-builder.js";
import { type AttentionForm, attention } from "../layers/attention.js";
import { linear } from "../layers/linear.js";
import type { Weights } from "../weights/weights.js";

/**
 * Tokens attend to tokens.
 *
 * @param placed  tokens with their positions, for queries and keys [P, T, C]   @param tokens  for values
 */
export function selfAttention(
  placed: Value,
  tokens: Value,
  w: Weights,
  { channels, heads, form }: { channels: number; heads: number; form: AttentionForm },
): Value {
  const q = linear(placed, w.at("q_proj"), channels);
  const k = linear(placed, w.at("k_proj"), channels);
  const v = linear(tokens, w.at("v_proj"), channels);
  return linear(attention(q, k, v, heads, form), w.at("o_proj"), channels);
}
