import { Tensor, type WeightTable } from "@sam2js/core";
import { expect, it } from "vitest";
import { runGraph } from "../__tests__/node-engine.js";
import { GraphBuilder } from "../builder/graph-builder.js";
import { serialize } from "../builder/serialize.js";
import { roundToBfloat16 } from "./round-to-bfloat16.js";

const NO_WEIGHTS = { files: [] } as unknown as WeightTable;

it("gives the nearest number of 8 significant bits", async () => {
  let seed = 1;
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const values = Float32Array.from({ length: 20_000 }, () => (next() - 0.5) * 10 ** (8 * next() - 4));
  values.set([0, 1, -1, 1.00390625, 255.5, 3.0e-5]);
  const graph = new GraphBuilder("test");
  graph.output("y", roundToBfloat16(graph.input("x", "float32", [values.length])));
  const description = {
    name: "test",
    digest: "test",
    inputs: graph.inputs,
    outputs: [],
    build: () => serialize(graph, NO_WEIGHTS),
  };
  const { y } = await runGraph(description, { x: new Tensor("float32", values, [values.length]) });
  const rounded = Float32Array.from(y?.data ?? []);
  expect(rounded.length).toBe(values.length);
  const bits = new Uint32Array(rounded.buffer);
  expect(bits.every((word) => (word & 0xffff) === 0)).toBe(true);
  const halfSteps = values.map((value, i) => {
    const step = 2 ** (Math.floor(Math.log2(Math.abs(value) || 1)) - 7);
    return Math.abs((rounded[i] as number) - value) / step;
  });
  expect(halfSteps.every((part) => part <= 0.5)).toBe(true);
});
