/** Just enough of ONNX's protobuf for a chain of matrix products. */
function varint(value) {
  const bytes = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

function message(fields) {
  const parts = fields.map(([number, value]) => {
    if (typeof value === "number") return Buffer.from([...varint(number * 8), ...varint(value)]);
    const isBytes = typeof value === "string" || value instanceof Uint8Array;
    const bytes = isBytes ? Buffer.from(value) : message(value);
    return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
  });
  return Buffer.concat(parts);
}

const FLOAT = 1;
const shape = (dims) => dims.map((dim) => [1, [[1, dim]]]);
const value = (name, dims) => {
  const tensor = [
    [1, FLOAT],
    [2, shape(dims)],
  ];
  return [
    [1, name],
    [2, [[1, tensor]]],
  ];
};

/**
 * y = x · w · w …, `steps` times: `steps` · 2 · size³ FLOP in one run. `w` is a constant of the model, as weights are: the engine reorders it once.
 *
 * @param {Float32Array} w  [size, size], row by row
 * @returns {import("@sam2js/core").SessionDescription}
 */
export function matMulChain(size, steps, w) {
  const dims = [size, size];
  const weight = [
    ...dims.map((dim) => [1, dim]),
    [2, FLOAT],
    [8, "w"],
    [9, new Uint8Array(w.buffer, w.byteOffset, w.byteLength)],
  ];
  const nodes = Array.from({ length: steps }, (_, i) => [
    1,
    [
      [1, i === 0 ? "x" : `t${i}`],
      [1, "w"],
      [2, i === steps - 1 ? "y" : `t${i + 1}`],
      [4, "MatMul"],
    ],
  ]);
  const graph = [...nodes, [2, "products"], [5, weight], [11, value("x", dims)], [12, value("y", dims)]];
  const model = [
    [1, 10], // IR version
    [7, graph],
    [
      8,
      [
        [1, ""],
        [2, 20],
      ],
    ], // opset 20 of the default domain
  ];
  const info = (name) => ({ name, type: "float32", dims });
  return {
    name: `products of ${size}`,
    digest: `bench-products-${size}-${steps}`,
    inputs: [info("x")],
    outputs: [info("y")],
    build: async () => ({ model: new Uint8Array(message(model)), weights: [] }),
  };
}
