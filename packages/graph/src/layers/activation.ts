import type { Activation } from "@sam2js/core";
import type { Value } from "../builder/graph-builder.js";
import type { Attributes } from "../builder/node.js";
import { add, constantLike, mul, relu, scale, sigmoid } from "../ops/elementwise.js";

function unary(op: string, x: Value, attributes?: Attributes): Value {
  return x.graph.op(op, [x], x.type, x.dims, attributes);
}

/** x·Φ(x), Φ by the error function. */
export function gelu(x: Value): Value {
  if (x.graph.opset >= GELU_OPSET) return unary("Gelu", x);
  return times(x, unary("Erf", scale(x, Math.SQRT1_2)));
}

/** Version of the operators that brought `Gelu`. */
const GELU_OPSET = 20;

/** x/2 · (1 + y). */
function times(x: Value, y: Value): Value {
  return mul(scale(x, 0.5), add(y, constantLike(y, 1)));
}

/** x·Φ(x), Φ by its tanh approximation. */
function geluTanh(x: Value): Value {
  if (x.graph.opset >= GELU_OPSET) return unary("Gelu", x, { approximate: "tanh" });
  const bent = mul(x, add(scale(mul(x, x), 0.044715), constantLike(x, 1)));
  return times(x, unary("Tanh", scale(bent, Math.sqrt(2 / Math.PI))));
}

/** x·σ(x). */
function silu(x: Value): Value {
  return mul(x, sigmoid(x));
}

/** min(max(x, low), high). */
function clip(x: Value, low: number, high: number): Value {
  return x.graph.op("Clip", [x, constantLike(x, low), constantLike(x, high)], x.type, x.dims);
}

const ACTIVATIONS: Readonly<Record<Activation, (x: Value) => Value>> = {
  gelu,
  gelu_10: (x) => clip(gelu(x), -10, 10),
  gelu_accurate: geluTanh,
  gelu_fast: geluTanh,
  gelu_new: geluTanh,
  gelu_python: gelu,
  gelu_python_tanh: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  hardswish: (x) => unary("HardSwish", x),
  leaky_relu: (x) => unary("LeakyRelu", x, { alpha: { float: 0.01 } }),
  linear: (x) => x,
  mish: (x) => mul(x, unary("Tanh", unary("Softplus", x))),
  quick_gelu: (x) => mul(x, sigmoid(scale(x, 1.702))),
  relu,
  relu2: (x) => mul(relu(x), relu(x)),
  relu6: (x) => clip(x, 0, 6),
  sigmoid,
  silu,
  swish: silu,
  tanh: (x) => unary("Tanh", x),
};

/** The activation that a config names. */
export function activate(x: Value, name: Activation): Value {
  return ACTIVATIONS[name](x);
}
