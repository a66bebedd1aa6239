import { fromBinary } from "@bufbuild/protobuf";
import type { PlaceWeights, WeightTable } from "@sam2js/core";
import { CheckpointError } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { ModelProtoSchema } from "../__fixtures__/onnx_pb.js";
import { linear } from "../layers/linear.js";
import { add } from "../ops/elementwise.js";
import { matMul } from "../ops/matmul.js";
import { concat, reshape, slice, transpose } from "../ops/shape.js";
import { derive } from "../weights/weight.js";
import { tableSource, Weights } from "../weights/weights.js";
import { GraphBuilder } from "./graph-builder.js";
import { serialize } from "./serialize.js";

/** A table of one file in which tensors lie one after the other; element i of each is i. */
function table(shapes: Readonly<Record<string, readonly number[]>>): WeightTable {
  let end = 0;
  const entries = new Map(
    Object.entries(shapes).map(([name, dims]) => {
      const byteLength = 4 * dims.reduce((a, b) => a * b, 1);
      const entry = { name, type: "float32", dims, location: "w", byteOffset: end, byteLength } as const;
      end += byteLength;
      return [name, entry];
    }),
  );
  return {
    fingerprint: "test",
    identity: "test",
    files: [{ location: "w", sizeBytes: end, source: { kind: "bytes", bytes: new Uint8Array(end) } }],
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    get(name) {
      const entry = entries.get(name);
      if (!entry) throw new CheckpointError(`${name}: expected this tensor, got none`);
      return entry;
    },
    async read(name) {
      return Float32Array.from({ length: this.get(name).byteLength / 4 }, (_, i) => i);
    },
  };
}

function start(shapes: Readonly<Record<string, readonly number[]>> = {}) {
  const graph = new GraphBuilder("test");
  const weights = table(shapes);
  return { graph, weights, w: new Weights(graph, tableSource(weights)) };
}

describe("a graph that cannot run", () => {
  it("fails while it is written when shapes do not go together", () => {
    const { graph } = start();
    const a = graph.input("a", "float32", [2, 3]);
    const b = graph.input("b", "float32", [4, 3]);
    expect(() => add(a, b)).toThrow("a [2, 3] and b [4, 3]");
    expect(() => matMul(a, b)).toThrow("a [2, 3] · b [4, 3]");
    expect(() => reshape(a, [7])).toThrow("a [2, 3] is not [7]");
    expect(() => transpose(a, [0, 0])).toThrow("[2, 3] by 0,0");
    expect(() => concat([a, b], 1)).toThrow("[4, 3] beside [2, 3]");
    expect(() => slice(a, 1, 2, 4)).toThrow("2 to 4 of [2, 3]");
  });

  it("fails with the name of the weight that does not fit", () => {
    const { graph, w } = start({ "head.proj.weight": [8, 5], "head.proj.bias": [8] });
    const x = graph.input("x", "float32", ["P", 4]);
    expect(() => linear(x, w.at("head").at("proj"), 8)).toThrow(
      "head.proj.weight: expected [8, 4], got [8, 5]; the checkpoint does not fit its config",
    );
    expect(() => linear(x, w.at("head").at("proj"), 8)).toThrow(CheckpointError);
  });

  it("fails with the name of the weight that is missing", () => {
    const { graph, w } = start();
    const x = graph.input("x", "float32", [1, 4]);
    expect(() => linear(x, w.at("proj"), 8)).toThrow("proj.weight");
  });

  it("does not mix values of two graphs", () => {
    const a = start().graph.input("a", "float32", [1]);
    const b = start().graph.input("b", "float32", [1]);
    expect(() => add(a, b)).toThrow("values of two graphs");
  });
});

describe("the bytes of a graph", () => {
  async function write({ graph, weights }: ReturnType<typeof start>, place?: PlaceWeights) {
    const { model, weights: files } = await serialize(graph, weights, place);
    return { model: fromBinary(ModelProtoSchema, model), files: files.map(({ location }) => location) };
  }

  it("refer to rows of a weight where they lie", async () => {
    const test = start({ first: [10], qkv: [6, 4] });
    const x = test.graph.input("x", "float32", [1, 2, 4]);
    test.graph.output("y", add(x, test.w.get("qkv", [6, 4]).rows(2, 4).value));
    const { model, files } = await write(test);
    const [tensor] = model.graph?.initializer ?? [];
    const entries = Object.fromEntries((tensor?.externalData ?? []).map(({ key, value }) => [key, value]));
    expect(entries).toEqual({ location: "w", offset: `${40 + 2 * 16}`, length: "32" });
    expect(files).toEqual(["w"]);
  });

  it("refer to weights where an engine places them", async () => {
    const test = start({ first: [10], bias: [4], gain: [4] });
    const x = test.graph.input("x", "float32", [4]);
    const [bias, gain] = [test.w.get("bias", [4]).value, test.w.get("gain", [4]).value];
    test.graph.output("y", add(add(x, bias), gain));
    const bytes = Uint8Array.from({ length: 16 }, (_, i) => i);
    const { model } = await write(test, async (ranges, files) => {
      expect(ranges.map(({ byteOffset, byteLength }) => [byteOffset, byteLength])).toEqual([
        [40, 16],
        [56, 16],
      ]);
      expect(files).toEqual(test.weights.files);
      return [{ location: "elsewhere", byteOffset: 8 }, { bytes }];
    });
    const [outside, inside] = model.graph?.initializer ?? [];
    const entries = Object.fromEntries((outside?.externalData ?? []).map(({ key, value }) => [key, value]));
    expect(entries).toEqual({ location: "elsewhere", offset: "8", length: "16" });
    expect(inside).toMatchObject({ rawData: bytes, externalData: [] });
  });

  it("say how many rows are multiplied by a weight, and leave in place what an engine wants so", async () => {
    const test = start({ "proj.weight": [8, 4], "proj.bias": [8], "free.weight": [4, 8], "free.bias": [4] });
    const image = test.graph.input("x", "float32", [2, 3, 4]);
    const prompts = test.graph.input("p", "float32", ["P", 8]);
    test.graph.output("y", linear(image, test.w.at("proj"), 8));
    test.graph.output("z", linear(prompts, test.w.at("free"), 4));
    const { model } = await write(test, async (ranges) => {
      expect(ranges.map(({ rows }) => rows)).toEqual([6, undefined, undefined, undefined]);
      return ranges.map((range, i) => ({ ...range, inPlace: i === 0 }));
    });
    // ONNX: an initializer that is an input too is its default, and no constant.
    expect(model.graph?.input.map(({ name }) => name)).toEqual(["x", "p", "proj.weight"]);
    expect(model.graph?.initializer.map(({ name }) => name)).toContain("proj.weight");
  });

  it("hold what is computed from weights", async () => {
    const test = start({ a: [4] });
    const x = test.graph.input("x", "float32", [2]);
    const half = derive(test.graph, [test.w.get("a", [4]).rows(2, 4)], [2], (a) =>
      a.map((value) => value / 2),
    );
    test.graph.output("y", add(x, half));
    const { model, files } = await write(test);
    const bytes = model.graph?.initializer[0]?.rawData ?? new Uint8Array();
    expect([...new Float32Array(bytes.slice().buffer)]).toEqual([1, 1.5]);
    expect(files).toEqual([]);
  });

  it("leave out what no output needs", async () => {
    const test = start({ used: [3], unused: [3] });
    const x = test.graph.input("x", "float32", [3]);
    add(x, test.w.get("unused", [3]).value);
    test.graph.output("y", add(x, test.w.get("used", [3]).value));
    const { model } = await write(test);
    expect(model.graph?.node).toHaveLength(1);
    expect(model.graph?.initializer.map(({ name }) => name)).toEqual(["used"]);
  });

  it("name results as the outputs that they are, also one that is two outputs or an input", async () => {
    const test = start();
    const x = test.graph.input("x", "float32", [3]);
    const sum = add(x, x);
    test.graph.output("once", sum);
    test.graph.output("twice", sum);
    test.graph.output("same", x);
    const { model } = await write(test);
    const nodes = model.graph?.node.map(({ opType, input, output }) => [opType, ...input, ...output]);
    expect(nodes).toEqual([
      ["Add", "x", "x", "once"],
      ["Identity", "once", "twice"],
      ["Identity", "x", "same"],
    ]);
  });
});
