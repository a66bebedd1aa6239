import type { TypedValue, Value } from "../builder/graph-builder.js";
import { float32, type InputShape } from "../builder/input-shape.js";
import { center } from "../layers/layer-norm.js";
import { add, cast, mul, scale } from "../ops/elementwise.js";
import { matMul } from "../ops/matmul.js";
import { reduceSum } from "../ops/reduce.js";
import { concat, expand, reshape, transpose } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { outputWeight } from "./cross-weights.js";
import type { DecoderGeometry } from "./geometry.js";
import { firstMatrix } from "./upscaling.js";

/**
 * What prompts need of an image that they share, by name. Level l is the image as layer l finds it, the last one as the final attention and
 * upscaling do; its part that no prompt enters is S₀ = X, S_{l+1} = γ_l ⊙ (S_l − mean), with the weights γ and biases β of the layers' fourth norm.
 *
 * | name | | |
 * | --- | --- | --- |
 * | `image_keys.l` | [1, heads, D, N] | S_l·W_kᵀ of what tokens attend with; at level 0 of S₀ + π |
 * | `image_key_places.l` | [1, heads, D, N] | (π + β_{l−1})·W_kᵀ, from level 1 on |
 * | `image_values.l` | [1, heads, D, N] | S_l·W_vᵀ |
 * | `image_queries.l`, `image_query_places.l` | [1, heads, D, N] | as keys, of what the image attends with, and with its bias, of all levels but the last |
 * | `image_energy.l` | [1, 1, N] | ‖S_l − mean‖², of all levels but the last |
 * | `image_overlaps.l.j` | [1, heads, D + 1, N] | 2·(S_l − mean)·W_oᵀ of layer j ≤ l after the norms between, and last its share of the bias |
 * | `image_upscaled` | [1, N, 4·c₁] | the last level's times the first matrix of upscaling |
 */
export type SharedFeatures = Readonly<Record<SharedName, TypedValue<"float32">>>;
type SharedInputs = Readonly<Record<SharedName, InputShape<"float32">>>;
type SharedName =
  | `image_${"keys" | "key_places" | "values" | "queries" | "query_places" | "energy"}.${number}`
  | `image_overlaps.${number}.${number}`
  | "image_upscaled";

/** Names and shapes of {@link SharedFeatures}. */
function sharedFeatureShapes(geometry: DecoderGeometry): Readonly<Record<string, readonly number[]>> {
  const { heads, headSize, layers, height, width, fine } = geometry;
  const size = height * width;
  const flat = [1, heads, headSize, size];
  const shapes: Record<string, readonly number[]> = {};
  for (let level = 0; level <= layers; level++) {
    shapes[`image_keys.${level}`] = flat;
    shapes[`image_values.${level}`] = flat;
    if (level > 0) shapes[`image_key_places.${level}`] = flat;
    if (level === layers) break;
    shapes[`image_queries.${level}`] = flat;
    if (level > 0) shapes[`image_query_places.${level}`] = flat;
    shapes[`image_energy.${level}`] = [1, 1, size];
    for (let layer = 0; layer <= level; layer++) {
      shapes[`image_overlaps.${level}.${layer}`] = [1, heads, headSize + 1, size];
    }
  }
  shapes.image_upscaled = [1, size, 4 * fine[0]];
  return shapes;
}

/** {@link SharedFeatures} as inputs of a graph. */
export function sharedInputs(geometry: DecoderGeometry): SharedInputs {
  const shapes = Object.entries(sharedFeatureShapes(geometry));
  return Object.fromEntries(shapes.map(([name, dims]) => [name, float32(...dims)])) as SharedInputs;
}

/**
 * Computes them.
 *
 * @param tokens  X [1, N, C]   @param positions  π [1, N, C]   @param w  of the mask decoder
 */
export function sharedFeatures(
  tokens: Value,
  positions: Value,
  w: Weights,
  geometry: DecoderGeometry,
): SharedFeatures {
  const { channels, inner, layers } = geometry;
  const features: Record<string, Value> = {};
  const transformer = w.at("transformer");
  const layer = (index: number) => transformer.at(`layers.${index}`);
  const norm = (index: number) => layer(index).at("layer_norm4");
  const project = (x: Value, part: Weights, hasBias = false) => {
    const projected = across(part.get("weight", [inner, channels]).value, x);
    const bias = hasBias ? part.get("bias", [inner]).view([inner, 1]).value : undefined;
    return byHead(bias ? add(projected, bias) : projected, geometry);
  };
  let s = tokens;
  for (let level = 0; level <= layers; level++) {
    const places = level === 0 ? positions : add(positions, norm(level - 1).get("bias", [channels]).value);
    const reading =
      level === layers
        ? transformer.at("final_attn_token_to_image")
        : layer(level).at("cross_attn_token_to_image");
    features[`image_keys.${level}`] = project(level === 0 ? add(s, places) : s, reading.at("k_proj"));
    if (level > 0) features[`image_key_places.${level}`] = project(places, reading.at("k_proj"));
    features[`image_values.${level}`] = project(s, reading.at("v_proj"));
    if (level === layers) break;

    const asking = layer(level).at("cross_attn_image_to_token").at("q_proj");
    features[`image_queries.${level}`] = project(level === 0 ? add(s, places) : s, asking, level === 0);
    if (level > 0) features[`image_query_places.${level}`] = project(places, asking, true);
    const centered = center(s);
    const energy = reduceSum(mul(centered, centered), [2]);
    features[`image_energy.${level}`] = reshape(energy, [1, 1, tokens.dims[1] as number]);
    let seen = centered;
    for (let j = level; j >= 0; j--) {
      if (j < level) seen = center(mul(seen, norm(j).get("weight", [channels]).value));
      features[`image_overlaps.${level}.${j}`] = overlap(seen, j, transformer, geometry);
    }
    s = mul(centered, norm(level).get("weight", [channels]).value);
  }
  features.image_upscaled = matMul(s, firstMatrix(w, geometry));
  const typed = Object.entries(features).map(([name, value]) => [name, cast(value, "float32")]);
  return Object.fromEntries(typed) as SharedFeatures;
}

/**
 * What the last level's bias becomes in upscaling, β·W₁ [1, 1, 4·c₁]: it is the same everywhere, so it goes with the features that upscaling adds.
 *
 * @param w  of the mask decoder
 */
export function upscaledShift(w: Weights, geometry: DecoderGeometry): Value {
  const { channels, layers, fine } = geometry;
  const shift = w.get(`transformer.layers.${layers - 1}.layer_norm4.bias`, [channels]).view([1, 1, channels]);
  return reshape(matMul(shift.value, firstMatrix(w, geometry)), [1, 1, 4 * fine[0]]);
}

/** Twice the products of the image with what a layer's values can add to it. @param seen  [1, N, C] @returns [1, heads, D + 1, N] */
function overlap(seen: Value, index: number, transformer: Weights, geometry: DecoderGeometry): Value {
  const { channels, heads, inner } = geometry;
  const output = transformer.at(`layers.${index}.cross_attn_image_to_token`);
  const shift =
    index > 0 ? transformer.at(`layers.${index - 1}.layer_norm4`).get("bias", [channels]) : undefined;
  const { weight, share } = outputWeight(output, shift, geometry);
  const twice = scale(seen, 2);
  const products = byHead(across(reshape(weight, [inner, channels]), twice), geometry);
  const constant = across(reshape(share, [1, channels]), twice);
  const size = seen.dims[1] as number;
  return concat([products, expand(reshape(constant, [1, 1, 1, size]), [1, heads, 1, size])], 2);
}

/** W·Xᵀ: a projection whose tokens stand in columns, so that nothing has to be moved. @param weight [M, C] @param x [1, N, C] @returns [1, M, N] */
function across(weight: Value, x: Value): Value {
  return matMul(reshape(weight, [1, ...weight.dims]), transpose(x, [0, 2, 1]));
}

/** [1, heads·D, N] → [1, heads, D, N]. */
function byHead(x: Value, { heads, headSize }: DecoderGeometry): Value {
  return reshape(x, [1, heads, headSize, x.dims[2] as number]);
}
