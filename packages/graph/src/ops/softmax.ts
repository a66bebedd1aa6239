import type { Value } from "../builder/value.js";

/** exp(x) over its sum along the last axis. */
export function softmax(x: Value): Value {
  return x.graph.op("Softmax", [x], x.type, x.dims, { axis: -1 });
}
