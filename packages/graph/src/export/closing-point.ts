import type { Value } from "../builder/graph-builder.js";
import { cast } from "../ops/elementwise.js";
import { concat, expand } from "../ops/shape.js";

/** The prompts [P, K, …] with one more entry each: the reference ends every prompt with a point at (0, 0) of label −1. */
export function withClosingPoint(x: Value, filler: number): Value {
  const { graph, type } = x;
  const dims = x.dims.with(1, 1);
  const one = graph.float(
    [filler],
    dims.map(() => 1),
  );
  return concat([x, expand(cast(one, type), dims)], 1, `${x.dims[1]}+1`);
}
