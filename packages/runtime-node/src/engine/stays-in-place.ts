import type { WeightRange } from "@sam2js/core";

/** Smaller ones are copied in no time. */
const MIN_BYTES = 2 ** 20;
/** With fewer rows, for one thread or in all, a product by a weight in place takes 3 to 15 % longer. */
const MIN_ROWS_PER_THREAD = 512;
const MIN_ROWS = 1024;
/** With more rows, it takes 10 to 40 % longer. */
const MAX_ROWS = 4096;

/**
 * Whether the engine should use a weight as it lies in the mapped file. Left to itself, ONNX Runtime copies all weights of products in another order
 * when it loads a graph: 0.7 s and 850 MB for hiera-large. Within these bounds products by a weight in place take as long (-4 to +3 %). They hold for
 * 99 % of that model's bytes. Measured on an x64 processor with AVX-512, on one thread and two, with 384 to 4608 features.
 */
export function staysInPlace({ byteLength, rows = 0 }: WeightRange, threads: number): boolean {
  return (
    process.arch === "x64" &&
    byteLength >= MIN_BYTES &&
    rows >= Math.max(MIN_ROWS, MIN_ROWS_PER_THREAD * threads) &&
    rows <= MAX_ROWS
  );
}
