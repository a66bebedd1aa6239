import type { SessionDescription, WeightFile } from "@sam2js/core";
import { describeModel, type SmallModel } from "@sam2js/core/testing";

/** A description of a tiny graph; every one has a digest of its own unless given. */
export const describe = (
  graph: SmallModel,
  weights: readonly WeightFile[] = [],
  digest?: string,
): SessionDescription => describeModel("tiny", graph, weights, digest);

/** y = -x, P x 2. */
export const NEGATE: SmallModel = {
  operations: [{ type: "Neg", inputs: ["x"], outputs: ["y"] }],
  inputs: [{ name: "x", type: "float32", dims: ["P", 2] }],
  outputs: [{ name: "y", type: "float32", dims: ["P", 2] }],
};

/** A chain of `steps` products of N x N matrices, x·x·x…: `steps` · 2N³ FLOP, to keep an engine busy. */
export function busy(steps: number): SmallModel {
  const dims = ["N", "N"];
  return {
    operations: Array.from({ length: steps }, (_, i) => ({
      type: "MatMul",
      inputs: [i === 0 ? "x" : `t${i}`, "x"],
      outputs: [i === steps - 1 ? "y" : `t${i + 1}`],
    })),
    inputs: [{ name: "x", type: "float32", dims }],
    outputs: [{ name: "y", type: "float32", dims }],
  };
}

/** y = x·w, with a weight of 1 MiB in `large.bin`: x and y are 1024 x 512. */
export const LARGE_PRODUCT: SmallModel = {
  operations: [{ type: "MatMul", inputs: ["x", "w"], outputs: ["y"] }],
  inputs: [{ name: "x", type: "float32", dims: [1024, 512] }],
  outputs: [{ name: "y", type: "float32", dims: [1024, 512] }],
  externals: [
    { name: "w", type: "float32", dims: [512, 512], location: "large.bin", byteOffset: 0, rows: 1024 },
  ],
};

/** y = x·w + b: x is P x 2, w is 2 x 3 at byte 4 of `w.bin`, b is 3 at byte 0 of `b.bin`. */
export const AFFINE: SmallModel = {
  operations: [
    { type: "MatMul", inputs: ["x", "w"], outputs: ["xw"] },
    { type: "Add", inputs: ["xw", "b"], outputs: ["y"] },
  ],
  inputs: [{ name: "x", type: "float32", dims: ["P", 2] }],
  outputs: [{ name: "y", type: "float32", dims: ["P", 3] }],
  externals: [
    { name: "w", type: "float32", dims: [2, 3], location: "w.bin", byteOffset: 4 },
    { name: "b", type: "float32", dims: [3], location: "b.bin", byteOffset: 0 },
  ],
};
