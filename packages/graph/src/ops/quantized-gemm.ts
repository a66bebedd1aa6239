import type { Axis } from "../builder/axis.js";
import type { GraphBuilder, Value } from "../builder/graph-builder.js";
import { derive, type Weight } from "../weights/weight.js";
import { gemm } from "./matmul.js";

/**
 * Largest magnitude of a quantized weight. Processors without VNNI add two products of an activation and a weight in 16 bits. With 7 bits a
 * weight the sum fits (255 · 64 · 2 < 2¹⁵); with 8 it would saturate, silently.
 */
const SUMMED_LIMIT = 64;
/** The same where weights are widened before they meet an activation. */
const WIDENED_LIMIT = 127;

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
  if (graph.products === "weights") return gemm(x, widened(graph, weight), bias);
  const columns = derive(
    graph,
    [weight],
    [inputs, outputs],
    (w) => transposed(quantizeRows(w, outputs, SUMMED_LIMIT), outputs),
    "int8",
  );
  const scales = derive(graph, [weight], [outputs], (w) => rowScales(w, outputs, SUMMED_LIMIT));
  const operands = [x, columns, scales, undefined, bias];
  const dims = [x.dims[0] as Axis, outputs];
  const result = graph.op("DynamicQuantizeMatMul", operands, x.type, dims, {}, "com.microsoft");
  return graph.counted(result, ...dims, inputs);
}

/** A matrix kept in 8 bits, with a step for each row, that engines bring back to float32: [n, k]. */
function widened(graph: GraphBuilder, weight: Weight): Value {
  const { dims } = weight;
  const [rows] = dims as [number, number];
  const codes = derive(graph, [weight], dims, (w) => quantizeRows(w, rows, WIDENED_LIMIT), "int8");
  const scales = derive(graph, [weight], [rows], (w) => rowScales(w, rows, WIDENED_LIMIT));
  return graph.op("DequantizeLinear", [codes, scales], "float32", dims, { axis: 0 });
}

/** The step of each row of [rows, columns]. @param limit  largest code */
export function rowScales(w: Float32Array, rows: number, limit: number): Float32Array {
  const columns = w.length / rows;
  return Float32Array.from({ length: rows }, (_, row) => {
    let largest = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      const magnitude = Math.abs(w[i] as number);
      if (magnitude > largest) largest = magnitude;
    }
    return largest > 0 ? largest / limit : 1;
  });
}

/** [rows, columns] in steps of each row. @param limit  largest code */
export function quantizeRows(w: Float32Array, rows: number, limit: number): Int8Array {
  const columns = w.length / rows;
  const scales = rowScales(w, rows, limit);
  const result = new Int8Array(w.length);
  for (let row = 0; row < rows; row++) {
    const perStep = 1 / (scales[row] as number);
    for (let i = row * columns; i < (row + 1) * columns; i++)
      result[i] = Math.round((w[i] as number) * perStep);
  }
  return result;
}

/** [rows, columns] as [columns, rows], since engines multiply by that. */
function transposed(codes: Int8Array, rows: number): Int8Array {
  const columns = codes.length / rows;
  return codes.map((_, i) => codes[(i % rows) * columns + Math.floor(i / rows)] as number);
}
