import type { Activation } from "@sam2js/core";
import type { Value } from "../builder/value.js";
import { mul, relu, sigmoid } from "../ops/elementwise.js";

/** x·Φ(x), Φ by the error function. */
export function gelu(x: Value): Value {
  return x.graph.op("Gelu", [x], x.type, x.dims);
}

/** x·Φ(x), Φ by its tanh approximation. */
function geluTanh(x: Value): Value {
  return x.graph.op("Gelu", [x], x.type, x.dims, { approximate: "tanh" });
}

const ACTIVATIONS: Readonly<Record<Activation, (x: Value) => Value>> = {
  gelu,
  gelu_new: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  relu,
  silu: (x) => mul(x, sigmoid(x)),
};

/** The activation that a config names. */
export function activate(x: Value, name: Activation): Value {
  return ACTIVATIONS[name](x);
}
