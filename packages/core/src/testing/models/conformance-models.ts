import type { SessionDescription, ValueInfo } from "../../runtime/session.js";
import type { WeightFile } from "../../weights/weight-source.js";
import { describeModel, type SmallModel } from "./onnx.js";

/** float32 file behind {@link affine}: four bytes of something else, then scale [3], then shift [3]. */
export const AFFINE_WEIGHTS: Uint8Array<ArrayBuffer> = new Uint8Array(
  new Float32Array([99, 1, 2, 3, 10, 20, 30]).buffer,
);

const info = (name: string, type: ValueInfo["type"], ...dims: (number | string)[]): ValueInfo => ({
  name,
  type,
  dims,
});

/** `y = x · scale + shift` and `twice = y + y`, x [N, 3], with scale and shift in an external file. */
export function affine(
  file: WeightFile = {
    location: "weights.bin",
    source: { kind: "bytes", bytes: AFFINE_WEIGHTS },
    sizeBytes: AFFINE_WEIGHTS.byteLength,
  },
  byteOffset = 4,
): SessionDescription {
  const external = { type: "float32", dims: [3], location: file.location } as const;
  const model: SmallModel = {
    inputs: [info("x", "float32", "N", 3)],
    outputs: [info("y", "float32", "N", 3), info("twice", "float32", "N", 3)],
    operations: [
      { type: "Mul", inputs: ["x", "scale"], outputs: ["scaled"] },
      { type: "Add", inputs: ["scaled", "shift"], outputs: ["y"] },
      { type: "Add", inputs: ["y", "y"], outputs: ["twice"] },
    ],
    externals: [
      { ...external, name: "scale", byteOffset },
      { ...external, name: "shift", byteOffset: byteOffset + 12 },
    ],
  };
  return describeModel("conformance-affine", model, [file]);
}

/** Gives back one tensor of each element type, [n] each. */
export function echo(): SessionDescription {
  const types = ["float32", "float16", "int32", "uint8"] as const;
  return describeModel("conformance-echo", {
    inputs: types.map((type) => info(`${type}_in`, type, "n")),
    outputs: types.map((type) => info(`${type}_out`, type, "n")),
    operations: types.map((type) => ({ type: "Identity", inputs: [`${type}_in`], outputs: [`${type}_out`] })),
  });
}

/** Factors of {@link power}. */
export const POWERS = 12;

/** The matrix x [n, n] to a high power by repeated products: takes a while for n of some hundreds. */
export function power(): SessionDescription {
  const names = Array.from({ length: POWERS + 1 }, (_, i) =>
    i === 0 ? "x" : i === POWERS ? "y" : `power_${i}`,
  );
  return describeModel("conformance-power", {
    inputs: [info("x", "float32", "n", "n")],
    outputs: [info("y", "float32", "n", "n")],
    operations: names.slice(1).map((name, i) => ({
      type: "MatMul",
      inputs: ["x", names[i] as string],
      outputs: [name],
    })),
  });
}

/** A graph that is no ONNX at all. */
export function broken(): SessionDescription {
  const { build: _, ...rest } = affine();
  return { ...rest, build: async () => ({ model: new TextEncoder().encode("not a graph"), weights: [] }) };
}
