import { assert } from "@sam2js/core";
import { type Axis, product } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { mergeHeads, stackHeads } from "../layers/attention.js";
import { center } from "../layers/layer-norm.js";
import { add, constantLike, mul, reciprocal, relu, scale, sqrt } from "../ops/elementwise.js";
import { matMul } from "../ops/matmul.js";
import { reduceSum } from "../ops/reduce.js";
import { concat, expand, gatherRows, reshape, transpose } from "../ops/shape.js";
import { softmax, softmaxAlong } from "../ops/softmax.js";
import type { Weight } from "../weights/weight.js";
import type { Weights } from "../weights/weights.js";
import { keyWeight, outputWeight, queryWeight, valueBias, valueWeight } from "./cross-weights.js";
import { type DecoderGeometry, TOKEN_EPSILON } from "./geometry.js";
import type { Heard, ImageTokens } from "./image-tokens.js";

/** What one layer added to the image: Aᵀ·B, R = heads·T rows. */
interface Term {
  readonly layer: number;
  /** A [P, R, N]: softmax weights, scaled by the norms since but the last. */
  readonly weights: Value;
  /** B [P, R, C]: values after the output projection and the norms since. */
  readonly bases: Value;
  /** The values before, with a last channel of ones, [P, heads, T, D + 1]. */
  readonly values: Value;
}

/** X = r ⊙ (a ⊙ S + Σ Aⱼᵀ·Bⱼ) + β. */
interface Sum {
  /** r [P, 1, N], one over the deviation that the last norm divided by. */
  readonly scale: Value;
  /** a [P, 1, N]: those of the norms before. None after one norm. */
  readonly base: Value | undefined;
  readonly terms: readonly Term[];
  /** β [C]. */
  readonly shift: Weight;
}

/**
 * Image tokens that prompts share but for what their tokens bring, and those are few: X is never made. What no prompt enters is projected
 * once per image (`SharedFeatures`), and a layer's answer Aᵀ·B has R = heads·T rows, of which the C channels follow.
 *
 *   X_{l+1} = LN(X_l + AᵀB) = r ⊙ γ ⊙ (X_l + AᵀB − mean) + β
 *   1/r²    = ‖a ⊙ S + Σ Aⱼᵀ·Bⱼ‖² / C + ε, the mean taken off S and off B; with G = Bⱼ·Bₖᵀ
 *           = (a²·‖S‖² + Σⱼ Aⱼ·(2·a·Bⱼ·S + Gⱼⱼ·Aⱼ + 2·Σ_{k<j} Gⱼₖ·Aₖ)) / C + ε
 *   (X·W)   = r ⊙ (a ⊙ S·W + Σ Aⱼᵀ·(Bⱼ·W)) + β·W
 */
export class SharedImage implements ImageTokens {
  readonly #features: Readonly<Record<string, Value | undefined>>;
  readonly #geometry: DecoderGeometry;
  readonly #level: number;
  readonly #sum: Sum | undefined;

  /**
   * @param features  `SharedFeatures` of the image, perhaps among other values
   * @param level     how many layers it went through
   * @param sum       what they made of it, from level 1 on
   */
  constructor(
    features: Readonly<Record<string, Value | undefined>>,
    geometry: DecoderGeometry,
    level = 0,
    sum?: Sum,
  ) {
    this.#features = features;
    this.#geometry = geometry;
    this.#level = level;
    this.#sum = sum;
  }

  readBy(queries: Value, w: Weights, similarity: Value | undefined): Value {
    const { inner } = this.#geometry;
    w.get("k_proj.bias", [inner]); // a checkpoint has it; it is the same for all keys and leaves the softmax as it was
    let scores = this.#scores(queries, "key", keyWeight(w, this.#geometry));
    if (similarity) scores = add(scores, similarity);
    const read = this.#gather(softmax(scores), w);
    return add(mergeHeads(read), valueBias(w, this.#sum?.shift, this.#geometry));
  }

  hearing(keys: Value, values: Value, w: Weights, norm: Weights): Heard {
    const { channels } = this.#geometry;
    const [prompts, heads, count] = values.dims as [Axis, number, Axis];
    const weights = softmaxAlong(this.#scores(keys, "query", queryWeight(w, this.#geometry)), 2);
    const { weight, share } = outputWeight(w, this.#sum?.shift, this.#geometry);
    const one = expand(w.graph.float([1], [1, 1, 1, 1]), [prompts, heads, count, 1]);
    const added: Term = {
      layer: this.#level,
      weights: stackHeads(weights),
      bases: stackHeads(add(matMul(values, weight), share)),
      values: concat([values, one], 3),
    };
    const base = this.#sum && scaledBase(this.#sum);
    const terms = [...(this.#sum ? scaledTerms(this.#sum) : []), added].map(centered);
    const gain = norm.get("weight", [channels]).value;
    const sum: Sum = {
      scale: this.#inverseDeviation(base, terms),
      base,
      terms: terms.map((term) => ({ ...term, bases: mul(term.bases, gain) })),
      shift: norm.get("bias", [channels]),
    };
    const image = new SharedImage(this.#features, this.#geometry, this.#level + 1, sum);
    return { image, weights: transpose(weights, [0, 1, 3, 2]) };
  }

  of(chosen: Value): ImageTokens {
    if (!this.#sum) return this;
    const { scale: r, base, terms, shift } = this.#sum;
    const take = (x: Value) => gatherRows(x, chosen);
    return new SharedImage(this.#features, this.#geometry, this.#level, {
      scale: take(r),
      base: base && take(base),
      terms: terms.map((term) => ({
        layer: term.layer,
        weights: take(term.weights),
        bases: take(term.bases),
        values: take(term.values),
      })),
      shift,
    });
  }

  times(matrix: Value, addend: Value): Value {
    const own = this.#feature("image_upscaled");
    if (!this.#sum) return add(own, addend);
    const base = scaledBase(this.#sum);
    const [prompts, , size] = base.dims as [Axis, 1, number];
    const weights = concat(
      scaledTerms(this.#sum).map((term) => term.weights),
      1,
      "S",
    );
    const bases = concat(
      this.#sum.terms.map((term) => matMul(term.bases, matrix)),
      1,
      "S",
    );
    return add(
      add(mul(reshape(base, [prompts, size, 1]), own), addend),
      matMul(transpose(weights, [0, 2, 1]), bases),
    );
  }

  /** What a product with X gives for rows that attend to it or that it attends to. @param x  [P, heads, T, D] @returns [P, heads, T, N] */
  #scores(x: Value, kind: "key" | "query", weight: Value): Value {
    const plural = kind === "key" ? "keys" : "queries";
    const own = perHead(x, this.#feature(`image_${plural}.${this.#level}`));
    if (!this.#sum) return own;
    const { scale: r, base, terms } = this.#sum;
    const folded = stackHeads(matMul(x, weight));
    const all = terms.map(({ bases, weights }) =>
      matMul(matMul(folded, transpose(bases, [0, 2, 1])), weights),
    );
    const inner = [...all, base ? mul(stackHeads(own), base) : stackHeads(own)].reduce(add);
    const places = perHead(x, this.#feature(`image_${kind}_places.${this.#level}`));
    return add(reshape(mul(inner, r), own.dims), places);
  }

  /** What rows of a softmax take of X·W_vᵀ, its biases left out. @param weights  [P, heads, T, N] @returns [P, heads, T, D] */
  #gather(weights: Value, w: Weights): Value {
    const values = transpose(this.#feature(`image_values.${this.#level}`), [0, 1, 3, 2]);
    if (!this.#sum) return perHead(weights, values);
    const { scale: r, base, terms } = this.#sum;
    const scaled = mul(stackHeads(weights), r);
    const own = perHead(reshape(base ? mul(scaled, base) : scaled, weights.dims), values);
    const [first, ...others] = terms.map((term) =>
      matMul(matMul(scaled, transpose(term.weights, [0, 2, 1])), term.bases),
    );
    const gathered = others.reduce(add, first as Value);
    const { channels } = this.#geometry;
    return add(
      own,
      matMul(reshape(gathered, [...own.dims.slice(0, 3), channels]), valueWeight(w, this.#geometry)),
    );
  }

  /** 1 / √(variance + ε) of a ⊙ S + Σ Aⱼᵀ·Bⱼ, all of mean 0. @returns [P, 1, N] */
  #inverseDeviation(base: Value | undefined, terms: readonly Term[]): Value {
    const energy = this.#feature(`image_energy.${this.#level}`);
    let total = base ? mul(mul(base, base), energy) : energy;
    for (const [j, { layer, weights, bases, values }] of terms.entries()) {
      const overlap = stackHeads(perHead(values, this.#feature(`image_overlaps.${this.#level}.${layer}`)));
      let met = add(base ? mul(overlap, base) : overlap, matMul(gram(bases, bases), weights));
      for (const earlier of terms.slice(0, j)) {
        met = add(met, matMul(scale(gram(bases, earlier.bases), 2), earlier.weights));
      }
      const [prompts, , size] = weights.dims as [Axis, Axis, number];
      total = add(total, reshape(reduceSum(mul(weights, met), [1]), [prompts, 1, size]));
    }
    const variance = scale(relu(total), 1 / this.#geometry.channels); // rounding may leave a variance of zero below it
    return reciprocal(sqrt(add(variance, constantLike(variance, TOKEN_EPSILON))));
  }

  #feature(name: string): Value {
    const feature = this.#features[name];
    assert(feature, `the image has no ${name}`);
    return feature;
  }
}

/** a ⊙ r: what the norms so far made of S. */
function scaledBase({ scale: r, base }: Sum): Value {
  return base ? mul(base, r) : r;
}

/** The terms with the last norm's scale in their weights. */
function scaledTerms({ scale: r, terms }: Sum): Term[] {
  return terms.map((term) => ({ ...term, weights: mul(term.weights, r) }));
}

function centered(term: Term): Term {
  return { ...term, bases: center(term.bases) };
}

/** [P, R, C], [P, R′, C] → [P, R, R′]. */
function gram(a: Value, b: Value): Value {
  return matMul(a, transpose(b, [0, 2, 1]));
}

/** A product with a matrix of each head that all prompts share: their tokens are rows of one. @param x [P, heads, T, K] @param shared [1, heads, K, M] */
function perHead(x: Value, shared: Value): Value {
  const [prompts, heads, count, inner] = x.dims as [Axis, number, Axis, Axis];
  const together = reshape(transpose(x, [1, 0, 2, 3]), [1, heads, product([prompts, count]), inner]);
  const columns = shared.dims[3] as Axis;
  return transpose(reshape(matMul(together, shared), [heads, prompts, count, columns]), [1, 0, 2, 3]);
}
