import type { Axis } from "../builder/axis.js";
import type { Value } from "../builder/graph-builder.js";
import { derive, type Weight } from "../weights/weight.js";

/**
 * Largest magnitude of a quantized weight. Processors without VNNI add two products of an activation and a weight in 16 bits. With 7 bits a
 * weight the sum fits (255 · 64 · 2 < 2¹⁵); with 8 it would saturate, silently.
 */
const LIMIT = 64;

/**
 * x·Wᵀ + b (b may be missing) in 8 bits: W is rounded when the graph is built, x at each run.
 *
 *   q = round(W / s),  s_n = max_k |W_nk| / 64;   x is uint8 with one scale and one zero point for all of it
 *
 * @param x  [m, k]   @param weight  [n, k]   @param bias  [n]   @returns [m, n]
 */
export function quantizedGemm(x: Value, weight: Weight, bias: Value | undefined): Value {
  const { graph } = x;
  const [outputs, inputs] = weight.dims as [number, number];
  const columns = derive(graph, [weight], [inputs, outputs], (w) => quantizeRows(w, outputs), "int8");
  const scales = derive(graph, [weight], [outputs], (w) => rowScales(w, outputs));
  const operands = [x, columns, scales, undefined, bias];
  const dims = [x.dims[0] as Axis, outputs];
  const result = graph.op("DynamicQuantizeMatMul", operands, x.type, dims, {}, "com.microsoft");
  return graph.counted(result, ...dims, inputs);
}

/** The step of each row of [rows, columns]. */
export function rowScales(w: Float32Array, rows: number): Float32Array {
  const columns = w.length / rows;
  return Float32Array.from({ length: rows }, (_, row) => {
    let largest = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      const magnitude = Math.abs(w[i] as number);
      if (magnitude > largest) largest = magnitude;
    }
    return largest > 0 ? largest / LIMIT : 1;
  });
}

/** [rows, columns] in steps of each row, transposed, since engines multiply by [columns, rows]. */
export function quantizeRows(w: Float32Array, rows: number): Int8Array {
  const columns = w.length / rows;
  const scales = rowScales(w, rows);
  const result = new Int8Array(w.length);
  for (let row = 0; row < rows; row++) {
    const perStep = 1 / (scales[row] as number);
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = Math.round((w[row * columns + column] as number) * perStep);
    }
  }
  return result;
}
