import type { VideoModelConfig } from "@sam2js/core";
import { type Axis, product } from "../builder/axis.js";
import type { GraphBuilder, Value } from "../builder/graph-builder.js";
import type { AttentionForm } from "../layers/attention.js";
import { channels, linear } from "../layers/linear.js";
import { add, mul, sub } from "../ops/elementwise.js";
import { gemm } from "../ops/matmul.js";
import { concat, gatherRows, reshape, slice } from "../ops/shape.js";
import type { Weights } from "../weights/weights.js";
import { memoryGeometry } from "./memory-geometry.js";

/** Where tokens lie: some without a place, then a grid row by row. */
export interface TokenGrid {
  readonly height: number;
  readonly width: number;
  /** Tokens before the grid, which are not turned. Default 0. */
  readonly still?: number | undefined;
}

/** Cosines and sines by which channel pairs of a head turn, one row per token. */
export interface Rotary {
  /** [tokens, headSize / 2]. */
  readonly cos: Value;
  readonly sin: Value;
  readonly heads: number;
  /** Order of channels that brings pairs into halves; missing where one node turns them where they lie. */
  readonly order: Value | undefined;
}

/**
 * Axial rotary encoding of a grid of tokens: the first half of a head's pairs turns with x, the second with y.
 *
 *   θ_j = position / base^(4j / headSize)
 *
 * In the fused form one node turns channel pairs (2j, 2j + 1). In the other forms they are read as halves (evens, odds) by the projection already.
 * Queries and keys are read in the same order, which their product does not see.
 *
 * @see RoFormer, arXiv:2104.09864
 */
export function rotary(
  graph: GraphBuilder,
  config: VideoModelConfig,
  form: AttentionForm,
  { height, width, still = 0 }: TokenGrid,
): Rotary {
  const { heads, inner, headSize } = memoryGeometry(config);
  const perAxis = headSize / 4;
  const rows = still + height * width;
  const angles = new Float64Array((rows * headSize) / 2);
  for (let token = 0; token < height * width; token++) {
    for (let j = 0; j < perAxis; j++) {
      const wavelength = config.ropeParameters.rope_theta ** ((2 * j) / (headSize / 2));
      const at = (still + token) * 2 * perAxis + j;
      angles[at] = (token % width) / wavelength;
      angles[at + perAxis] = Math.floor(token / width) / wavelength;
    }
  }
  const halves = Array.from({ length: inner }, (_, i) => {
    const within = i % headSize;
    const isEven = within < headSize / 2;
    return i - within + (isEven ? 2 * within : 2 * (within - headSize / 2) + 1);
  });
  const dims = [rows, headSize / 2];
  return {
    cos: graph.float(angles.map(Math.cos), dims),
    sin: graph.float(angles.map(Math.sin), dims),
    heads,
    order: form === "fused" ? undefined : graph.int(halves),
  };
}

/** x·Wᵀ + b with the output channels in rotary order, not turned. @param x [rows, C] @returns [rows, inner] */
export function projectInOrder(x: Value, w: Weights, inner: number, { order }: Rotary): Value {
  if (!order) return linear(x, w, inner);
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
export function turn(x: Value, grids: Axis, { cos, sin, heads, order }: Rotary): Value {
  const [tokens, half] = cos.dims as [number, number];
  const inner = channels(x);
  const whole = (turned: Value) => reshape(turned, [product([grids, tokens]), inner]);
  if (!order) {
    const grid = reshape(x, [grids, tokens, inner]);
    const start = x.graph.int([0]);
    return whole(
      x.graph.op("RotaryEmbedding", [grid, start, cos, sin], x.type, grid.dims, { interleaved: 1 }, CONTRIB),
    );
  }
  const rows = reshape(x, [grids, tokens, heads, inner / heads]);
  const [c, s] = [cos, sin].map((table) => reshape(table, [tokens, 1, half])) as [Value, Value];
  const [a, b] = [slice(rows, 3, 0, half), slice(rows, 3, half, 2 * half)];
  return whole(concat([sub(mul(a, c), mul(b, s)), add(mul(b, c), mul(a, s))], 3));
}

/** Operators that ONNX Runtime has beyond the standard. */
const CONTRIB = "com.microsoft";
