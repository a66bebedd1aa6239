import type { Activation } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import type { Weights } from "../weights/weights.js";
import { activate } from "./activation.js";
import { linear } from "./linear.js";

export interface Mlp {
  /** Width of the hidden layers. */
  readonly hidden: number;
  readonly features: number;
  /** Linear layers; less than 2 counts as 2. */
  readonly depth: number;
  readonly activation: Activation;
}

/**
 * Linear layers with an activation between them.
 *
 *   h₁ = a(x·W_in + b),  hᵢ = a(hᵢ₋₁·Wᵢ + b),  y = h·W_out + b
 *
 * @param x  [.., C]   @returns [.., features]
 */
export function mlp(x: Value, w: Weights, { hidden, features, depth, activation }: Mlp): Value {
  let h = activate(linear(x, w.at("proj_in"), hidden), activation);
  for (let layer = 0; layer < depth - 2; layer++) {
    h = activate(linear(h, w.at(`layers.${layer}`), hidden), activation);
  }
  return linear(h, w.at("proj_out"), features);
}
