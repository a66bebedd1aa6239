import type { WeightTable } from "@sam2js/core";
import { expect, it } from "vitest";
import { derive } from "../weights/weight.js";
import { tableSource, Weights } from "../weights/weights.js";
import { digest } from "./digest.js";
import { GraphBuilder } from "./graph-builder.js";

const DIMS = [4];

function table(identity = "checkpoint", dtype?: "fp16"): WeightTable {
  const entry = { type: "float32", dims: DIMS, location: "w", byteLength: 16 } as const;
  const names = ["a", "b"];
  return {
    fingerprint: "equal",
    identity,
    ...(dtype && { dtype }),
    files: [],
    names,
    has: (name) => names.includes(name),
    get: (name) => ({ ...entry, name, byteOffset: 16 * names.indexOf(name) }),
    read: async () => new Float32Array(4),
  };
}

/** What the variants below change of one small graph. */
const PLAIN = {
  op: "Add",
  axis: 1,
  constant: 2,
  many: 9,
  weight: "a",
  input: "x",
  output: "y",
  size: 4,
  compute: (w: Float32Array) => w.map((value) => 2 * value),
  table: table(),
};

function digestOf(change: Partial<typeof PLAIN> = {}): string {
  const given = { ...PLAIN, ...change };
  const graph = new GraphBuilder("test");
  const w = new Weights(graph, tableSource(given.table));
  const x = graph.input(given.input, "float32", [given.size]);
  const weight = w.get(given.weight, DIMS);
  const many = graph.float(new Float32Array(16).fill(given.many), [16]);
  const operands = [
    x,
    graph.float([given.constant], []),
    weight.value,
    derive(graph, [weight], DIMS, given.compute),
    many,
  ];
  graph.output(given.output, graph.op(given.op, operands, "float32", [4], { axis: given.axis }));
  return digest(graph, given.table);
}

it("is the same in each run", () => {
  expect(digestOf()).toBe(digestOf());
  const graph = new GraphBuilder("test");
  const x = graph.input("x", "float32", [4, "P"]);
  graph.output("y", graph.op("Softmax", [x], "float32", [4, "P"], { axis: 1 }));
  expect(digest(graph, table())).toBe("2012c1e177a4029fc8a050e093e0516697e658aa1f02e85d94751ee0513f64cf");
});

it.each<[string, Partial<typeof PLAIN>]>([
  ["an operation", { op: "Mul" }],
  ["an attribute", { axis: 0 }],
  ["a number", { constant: 3 }],
  ["a long constant", { many: 8 }],
  ["the name of a weight", { weight: "b" }],
  ["the name of an input", { input: "z" }],
  ["the shape of an input", { size: 5 }],
  ["the name of an output", { output: "z" }],
  ["how a constant is computed", { compute: (w) => w.map((value) => 3 * value) }],
  ["the checkpoint", { table: table("another") }],
  ["the type that it was loaded for", { table: table("checkpoint", "fp16") }],
])("differs with %s", (_, change) => {
  expect(digestOf(change)).not.toBe(digestOf());
});
