import { Tensor } from "../../tensor/tensor.js";
import { POWERS } from "../models/conformance-models.js";
import type { FakeProgram } from "./fake-session.js";

/** What the suite's models compute. */
export const CONFORMANCE_PROGRAMS: Readonly<Record<string, FakeProgram>> = {
  "conformance-affine": ({ x }) => {
    const input = x as Tensor<"float32">;
    const y = input.data.map((value, i) => value * [1, 2, 3][i % 3]! + [10, 20, 30][i % 3]!);
    return {
      y: new Tensor("float32", y, input.dims),
      twice: new Tensor(
        "float32",
        y.map((value) => 2 * value),
        input.dims,
      ),
    };
  },
  "conformance-echo": (inputs) =>
    Object.fromEntries(
      Object.entries(inputs).map(([name, tensor]) => [
        name.replace("_in", "_out"),
        new Tensor(tensor.type, tensor.data.slice(), tensor.dims),
      ]),
    ),
  "conformance-power": ({ x }) => {
    const input = x as Tensor<"float32">;
    const [n = 0] = input.dims;
    let product = input.data;
    for (let step = 1; step <= POWERS; step++) product = multiply(input.data, product, n);
    return { y: new Tensor("float32", product, input.dims) };
  },
};

function multiply(a: Float32Array, b: Float32Array, n: number): Float32Array {
  const product = new Float32Array(n * n);
  for (let row = 0; row < n; row++) {
    for (let k = 0; k < n; k++) {
      const factor = a[row * n + k] as number;
      if (factor === 0) continue;
      for (let column = 0; column < n; column++) {
        product[row * n + column]! += factor * (b[k * n + column] as number);
      }
    }
  }
  return product;
}
