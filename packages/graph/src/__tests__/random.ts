import { Tensor, type ValueInfo } from "@sam2js/core";

/** Values from −1 to 1 of a small generator, the same on every machine. */
export function randomFloats(count: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** A tensor for each float32 input of a graph. */
export function random(inputs: readonly ValueInfo[], sizes: Readonly<Record<string, number>>, seed: number) {
  const tensors: Record<string, Tensor> = {};
  for (const [i, { name, type, dims }] of inputs.entries()) {
    const known = dims.map((axis) => (typeof axis === "number" ? axis : (sizes[axis] ?? 1)));
    const count = known.reduce((a, b) => a * b, 1);
    if (type === "float32")
      tensors[name] = new Tensor("float32", randomFloats(count, 1000 * seed + i), known);
  }
  return tensors;
}
