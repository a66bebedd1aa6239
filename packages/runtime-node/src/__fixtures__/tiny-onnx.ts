import type { SessionDescription, SessionGraph, ValueInfo } from "@sam2js/core";
import { protoHead, varintBytes } from "@sam2js/core/engine";

/** Just enough of ONNX's protobuf to write test graphs. */
type Field = readonly [number, number | string | Uint8Array | readonly Field[]];

function message(fields: readonly Field[]): Uint8Array {
  const parts = fields.map(([number, value]) => {
    if (typeof value === "number") return Uint8Array.from([...varintBytes(number * 8), ...varintBytes(value)]);
    const bytes =
      typeof value === "string"
        ? new TextEncoder().encode(value)
        : value instanceof Uint8Array
          ? value
          : message(value);
    return Buffer.concat([protoHead(number, bytes.length), bytes]);
  });
  return new Uint8Array(Buffer.concat(parts));
}

const TYPES = { float32: 1, uint8: 2, int32: 6, float16: 10 } as const;

const value = (field: number, { name, type, dims }: ValueInfo): Field => [
  field,
  [
    [1, name],
    [2, [[1, [[1, TYPES[type]], [2, dims.map((dim): Field => [1, typeof dim === "number" ? [[1, dim]] : [[2, dim]]])]]]]],
  ],
];

export interface TinyNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Whole-number attributes. */
  readonly attributes?: Readonly<Record<string, number>>;
}

export interface TinyWeight {
  readonly name: string;
  readonly dims: readonly number[];
  readonly location: string;
  readonly byteOffset: number;
}

export interface TinyGraph {
  readonly nodes: readonly TinyNode[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** float32 initializers in external files. */
  readonly weights?: readonly TinyWeight[];
}

/** ONNX bytes, opset 20. */
export function tinyOnnx({ nodes, inputs, outputs, weights = [] }: TinyGraph): Uint8Array {
  const graph: Field[] = [
    ...nodes.map(({ op, inputs: from, outputs: to, attributes = {} }): Field => [
      1,
      [
        ...from.map((name): Field => [1, name]),
        ...to.map((name): Field => [2, name]),
        [4, op],
        ...Object.entries(attributes).map(([name, number]): Field => [5, [[1, name], [3, number], [20, 2]]]),
      ],
    ]),
    [2, "tiny"],
    ...weights.map(({ name, dims, location, byteOffset }): Field => [
      5,
      [
        ...dims.map((dim): Field => [1, dim]),
        [2, 1],
        [8, name],
        ...Object.entries({
          location,
          offset: String(byteOffset),
          length: String(4 * dims.reduce((a, b) => a * b, 1)),
        }).map(([key, text]): Field => [13, [[1, key], [2, text]]]),
        [14, 1],
      ],
    ]),
    ...inputs.map((info) => value(11, info)),
    ...outputs.map((info) => value(12, info)),
  ];
  return message([[1, 10], [7, graph], [8, [[1, ""], [2, 20]]]]);
}

let count = 0;

/** A description of a tiny graph; every one has a digest of its own unless given. */
export function describe(
  graph: TinyGraph,
  weights: SessionGraph["weights"] = [],
  digest = `tiny-${++count}`,
): SessionDescription {
  return {
    name: "tiny",
    digest,
    inputs: graph.inputs,
    outputs: graph.outputs,
    build: async () => ({ model: tinyOnnx(graph), weights }),
  };
}

/** y = -x, P x 2. */
export const NEGATE: TinyGraph = {
  nodes: [{ op: "Neg", inputs: ["x"], outputs: ["y"] }],
  inputs: [{ name: "x", type: "float32", dims: ["P", 2] }],
  outputs: [{ name: "y", type: "float32", dims: ["P", 2] }],
};

/** A chain of `steps` products of N x N matrices, x·x·x…: `steps` · 2N³ FLOP, to keep an engine busy. */
export function busy(steps: number): TinyGraph {
  const dims = ["N", "N"];
  return {
    nodes: Array.from({ length: steps }, (_, i) => ({
      op: "MatMul",
      inputs: [i === 0 ? "x" : `t${i}`, "x"],
      outputs: [i === steps - 1 ? "y" : `t${i + 1}`],
    })),
    inputs: [{ name: "x", type: "float32", dims }],
    outputs: [{ name: "y", type: "float32", dims }],
  };
}

/** y = x·w + b: x is P x 2, w is 2 x 3 at byte 4 of `w.bin`, b is 3 at byte 0 of `b.bin`. */
export const AFFINE: TinyGraph = {
  nodes: [
    { op: "MatMul", inputs: ["x", "w"], outputs: ["xw"] },
    { op: "Add", inputs: ["xw", "b"], outputs: ["y"] },
  ],
  inputs: [{ name: "x", type: "float32", dims: ["P", 2] }],
  outputs: [{ name: "y", type: "float32", dims: ["P", 3] }],
  weights: [
    { name: "w", dims: [2, 3], location: "w.bin", byteOffset: 4 },
    { name: "b", dims: [3], location: "b.bin", byteOffset: 0 },
  ],
};
