import type { EdgeTamVideoConfig } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import { gelu } from "../layers/activation.js";
import { type AttentionForm, attention } from "../layers/attention.js";
import { layerNorm } from "../layers/layer-norm.js";
import { affine, channels } from "../layers/linear.js";
import { add } from "../ops/elementwise.js";
import type { Weights } from "../weights/weights.js";

/** ε of the perceiver's norms: the config has no say in it. */
export const PERCEIVER_EPSILON = 1e-5;

/** Who looks at what. */
interface Glance {
  /** [B, L, D] */
  readonly latents: Value;
  /** [B, K, D] */
  readonly features: Value;
  /** [1, K, D], added to keys and values. */
  readonly places: Value | undefined;
}

/**
 * One look of the latents at the features, and at each other.
 *
 *   l ← l + cross(LN(l), LN(x)),  l ← l + MLP(l),  l ← l + self(LN(l)),  l ← l + MLP′(l)
 *
 * @returns [B, L, D]   @see Perceiver, arXiv:2103.03206 §3
 */
export function perceiverLayer(
  { latents, features, places }: Glance,
  w: Weights,
  config: EdgeTamVideoConfig,
  form: AttentionForm,
): Value {
  const heads = config.perceiverResamplerNumAttentionHeads;
  const norm = (x: Value, name: string) => layerNorm(x, w.at(name), PERCEIVER_EPSILON);
  const mlp = (x: Value, name: string) => add(x, hiddenLayer(x, w.at(name), config));

  const seen = norm(features, "layer_norm_input");
  const cross = w.at("cross_attention");
  const withPlaces = (x: Value) => (places ? add(x, places) : x);
  const keys = withPlaces(project(seen, cross, "k_proj"));
  const values = withPlaces(project(seen, cross, "v_proj"));
  const queries = project(norm(latents, "layer_norm_latents"), cross, "q_proj");
  const found = project(attention(queries, keys, values, heads, form), cross, "o_proj");
  const l = mlp(add(latents, found), "mlp");

  const n = norm(l, "layer_norm_self");
  const self = w.at("self_attention");
  const v = project(n, self, "v_proj");
  const [q, k] = [self.get("q_proj.weight", square(n)), self.get("k_proj.weight", square(n))];
  // A latent that is alone in its window attends to itself with weight 1, whatever its query and key.
  const mixed =
    n.dims[1] === 1 ? v : attention(affine(n, q, undefined), affine(n, k, undefined), v, heads, form);
  return mlp(add(l, project(mixed, self, "o_proj")), "self_mlp");
}

/** x·Wᵀ. @param x  [.., D] */
function project(x: Value, w: Weights, name: string): Value {
  return affine(x, w.get(`${name}.weight`, square(x)), undefined);
}

/** Shape of a weight that keeps the channels. */
function square(x: Value): readonly [number, number] {
  return [channels(x), channels(x)];
}

function hiddenLayer(x: Value, w: Weights, config: EdgeTamVideoConfig): Value {
  const [size, width] = [channels(x), config.perceiverResamplerMlpIntermediateSize];
  const n = layerNorm(x, w.at("layer_norm"), PERCEIVER_EPSILON);
  const hidden = gelu(affine(n, w.get("up_proj.weight", [width, size]), undefined));
  return affine(hidden, w.get("down_proj.weight", [size, width]), undefined);
}
