import { choice, type Field } from "./field.js";

/**
 * Activations that graphs can be made with, by the reference's names. `gelu` is exact (erf); the reference has several names for its
 * tanh form. Those with weights or noise of their own (`prelu`, `xielu`) are left out.
 */
export const ACTIVATIONS = [
  "gelu",
  "gelu_10",
  "gelu_accurate",
  "gelu_fast",
  "gelu_new",
  "gelu_python",
  "gelu_python_tanh",
  "gelu_pytorch_tanh",
  "hardswish",
  "leaky_relu",
  "linear",
  "mish",
  "quick_gelu",
  "relu",
  "relu2",
  "relu6",
  "sigmoid",
  "silu",
  "swish",
  "tanh",
] as const;

/** One of {@link ACTIVATIONS}. */
export type Activation = (typeof ACTIVATIONS)[number];

/** A `hidden_act` that is really used. */
export function activation(fallback: Activation): Field<Activation> {
  return choice(fallback, ACTIVATIONS, "sam2js has no other activation; ask for it if a model needs it");
}
