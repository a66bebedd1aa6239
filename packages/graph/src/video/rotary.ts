import type { Sam2VideoConfig } from "@sam2js/core";
import { type Axis, product } from "../builder/axis.js";
import type { GraphBuilder } from "../builder/graph-builder.js";
import type { Value } from "../builder/value.js";
import { channels } from "../layers/linear.js";
import { add, mul, sub } from "../ops/elementwise.js";
import { gemm } from "../ops/matmul.js";
import { concat, gatherRows, reshape, slice } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { memoryGeometry } from "./memory-geometry.js";

/** Cosines and sines by which channel pairs turn, [N, 1, headSize / 2], and the order of channels that brings pairs into halves. */
export interface Rotary {
  readonly cos: Value;
  readonly sin: Value;
  readonly order: Value;
  readonly heads: number;
}

/**
 * Axial rotary encoding of the image grid: the first half of a head's pairs turns with x, the second with y.
 *
 *   θ_j = position / base^(4j / headSize)
 *
 * Channel pairs (2j, 2j + 1) are read as halves (evens, odds). Queries and keys are read in the same order, which their product does not see.
 *
 * @see RoFormer, arXiv:2104.09864
 */
export function rotary(graph: GraphBuilder, config: Sam2VideoConfig): Rotary {
  const { side, heads, inner, headSize } = memoryGeometry(config);
  const perAxis = headSize / 4;
  const angles = new Float64Array((side * side * headSize) / 2);
  for (let token = 0; token < side * side; token++) {
    for (let j = 0; j < perAxis; j++) {
      const wavelength = config.ropeParameters.rope_theta ** ((2 * j) / (headSize / 2));
      angles[token * 2 * perAxis + j] = (token % side) / wavelength;
      angles[token * 2 * perAxis + perAxis + j] = Math.floor(token / side) / wavelength;
    }
  }
  const order = Array.from({ length: inner }, (_, i) => {
    const within = i % headSize;
    const isEven = within < headSize / 2;
    return i - within + (isEven ? 2 * within : 2 * (within - headSize / 2) + 1);
  });
  const dims = [side * side, 1, headSize / 2];
  return {
    cos: graph.float(angles.map(Math.cos), dims),
    sin: graph.float(angles.map(Math.sin), dims),
    order: graph.int(order),
    heads,
  };
}

/** x·Wᵀ + b with the output channels in rotary order, not turned. @param x [rows, C] @returns [rows, inner] */
export function projectInOrder(x: Value, w: Weights, inner: number, { order }: Rotary): Value {
  const weight = gatherRows(w.get("weight", [inner, channels(x)]).value, order);
  return gemm(x, weight, gatherRows(w.get("bias", [inner]).value, order));
}

/**
 * Turns projected tokens of one or several grids.
 *
 *   (a, b) → (a·cos − b·sin, b·cos + a·sin)
 *
 * @param x  [grids·N, inner] in rotary order   @returns the same shape
 */
export function turn(x: Value, grids: Axis, { cos, sin, heads }: Rotary): Value {
  const [tokens, , half] = cos.dims as [number, number, number];
  const inner = channels(x);
  const rows = reshape(x, [grids, tokens, heads, inner / heads]);
  const [a, b] = [slice(rows, 3, 0, half), slice(rows, 3, half, 2 * half)];
  const turned = concat([sub(mul(a, cos), mul(b, sin)), add(mul(b, cos), mul(a, sin))], 3);
  return reshape(turned, [product([grids, tokens]), inner]);
}
