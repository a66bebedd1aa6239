import { Tensor, type WeightTable } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { runGraph } from "../__tests__/node-engine.js";
import { GraphBuilder } from "../builder/graph-builder.js";
import { serialize } from "../builder/serialize.js";
import { type GridOrder, reorder, rowMajor, subPixels, tiled } from "./grid-order.js";

const NO_WEIGHTS = { files: [] } as unknown as WeightTable;

/** What each place of the new order held in the old one, and how many nodes it took. */
async function moved(from: GridOrder, to: GridOrder) {
  const count = from.reduce((total, { size }) => total * size, 1);
  const graph = new GraphBuilder("test");
  const x = graph.input("x", "float32", [1, count, 1]);
  graph.output("y", reorder(x, from, to));
  const { y } = await runGraph(
    {
      name: "test",
      digest: "test",
      inputs: graph.inputs,
      outputs: [],
      build: () => serialize(graph, NO_WEIGHTS),
    },
    {
      x: new Tensor(
        "float32",
        Float32Array.from({ length: count }, (_, i) => i),
        [1, count, 1],
      ),
    },
  );
  return {
    order: [...(y?.data ?? [])],
    transposes: graph.nodes.filter(({ op }) => op === "Transpose").length,
  };
}

describe("reorder", () => {
  it("brings rows into tiles", async () => {
    const { order } = await moved(rowMajor(2, 4), tiled(2, 4, 2));
    expect(order).toEqual([0, 1, 4, 5, 2, 3, 6, 7]);
  });

  it("brings rows into nested sub-pixels", async () => {
    const { order } = await moved(rowMajor(4, 4), subPixels(1, 1, 2));
    expect(order).toEqual([0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]);
  });

  it("goes from one tiling to another in one move where one divides the other, else through rows", async () => {
    const direct = await moved(tiled(8, 8, 4), subPixels(2, 2, 2));
    expect(direct.transposes).toBe(1);
    const indirect = await moved(tiled(12, 12, 4), tiled(12, 12, 3));
    expect(indirect.transposes).toBe(2);
    const back = await moved(tiled(12, 12, 3), rowMajor(12, 12));
    const first = await moved(rowMajor(12, 12), tiled(12, 12, 4));
    expect(indirect.order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 144 }, (_, i) => i));
    expect(
      back.order.map((place) => indirect.order[place]).map((place) => first.order[place as number]),
    ).toEqual(Array.from({ length: 144 }, (_, i) => i));
  });

  it("does nothing where the order is the same", async () => {
    const { transposes } = await moved(tiled(4, 4, 1), rowMajor(4, 4));
    expect(transposes).toBe(0);
  });
});
