import { choice, type Field } from "./field.js";

/** Activations that graphs can be made with, by the reference's names. `gelu` is exact (erf), the next two are its tanh form. */
export const ACTIVATIONS = ["gelu", "gelu_new", "gelu_pytorch_tanh", "relu", "silu"] as const;

export type Activation = (typeof ACTIVATIONS)[number];

/** A `hidden_act` that is really used. */
export function activation(fallback: Activation): Field<Activation> {
  return choice(fallback, ACTIVATIONS, "sam2js has no other activation; ask for it if a model needs it");
}
