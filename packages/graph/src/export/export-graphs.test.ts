import { fromBinary } from "@bufbuild/protobuf";
import { InputError, type SessionDescription, Tensor } from "@sam2js/core";
import { fixtureDir, relativeError } from "@sam2js/reference";
import { describe, expect, it } from "vitest";
import { ModelProtoSchema } from "../__fixtures__/onnx_pb.js";
import { loadWhole } from "../__tests__/load-whole.js";
import { loadGraph, runGraph } from "../__tests__/node-engine.js";
import { random } from "../__tests__/random.js";
import { VideoModel } from "../__tests__/video-model.js";
import { type ExportOptions, exportGraphs, exportVideoGraphs } from "./export-graphs.js";

const loading = loadWhole(fixtureDir("odd-a"));

async function exported(options: ExportOptions = {}) {
  const { config, weights } = await loading;
  return new Map(exportGraphs(config, weights, options).map(({ name, graph }) => [name, graph]));
}

/** Made-up numbers for a decoder, its points inside. */
function made({ inputs }: SessionDescription, sizes: Readonly<Record<string, number>> = {}) {
  const tensors = random(inputs, sizes, 1);
  tensors.point_labels?.data.fill(1);
  return tensors;
}

/** Labels of a graph that takes them as whole numbers. */
function labelsOf({ inputs }: SessionDescription) {
  const found = inputs.find(({ name }) => name === "input_labels");
  return found && { input_labels: new Tensor("int32", Int32Array.of(1), [1, 1, 1]) };
}

describe("exportGraphs", () => {
  it("uses only what ONNX itself defines, unless attention is fused", async () => {
    for (const attention of ["plain", "fused"] as const) {
      for (const graph of (await exported({ attention, layout: "own" })).values()) {
        const { model } = await graph.build();
        const { opsetImport, graph: written } = fromBinary(ModelProtoSchema, model);
        const domains = new Set(written?.node.map(({ domain }) => domain));
        expect(new Set(opsetImport.map(({ domain }) => domain))).toEqual(new Set(["", ...domains]));
        if (attention === "plain") expect([...domains]).toEqual([""]);
      }
    }
  });

  it("fixes the number of prompts and points, and answers as with free ones", async () => {
    const free = (await exported()).get("decoder");
    const fixed = (await exported({ prompts: 3, points: 2 })).get("decoder");
    if (!free || !fixed) throw new RangeError("no decoder");
    expect(fixed.inputs.flatMap(({ dims }) => dims).every(Number.isInteger)).toBe(true);
    expect(fixed.outputs.flatMap(({ dims }) => dims).every(Number.isInteger)).toBe(true);
    const inputs = made(fixed);
    const expected = (await runGraph(free, inputs)).masks as Tensor;
    // Sizes that are known let the engine sum in another order.
    expect(relativeError((await runGraph(fixed, inputs)).masks, expected)).toBeLessThan(1e-5);
  });

  it("lets each prompt have a mask or not", async () => {
    const graph = (await exported()).get("decoder");
    if (!graph) throw new RangeError("no decoder");
    const inputs = made(graph, { P: 2, "P?": 2, K: 1 });
    const masks = async (...flags: number[]) => {
      const has_mask_input = new Tensor("float32", Float32Array.from(flags), [flags.length]);
      const { data } = (await runGraph(graph, { ...inputs, has_mask_input })).masks as Tensor;
      return [data.slice(0, data.length / 2), data.slice(data.length / 2)];
    };
    const [none, both, second] = [await masks(0), await masks(1), await masks(0, 1)];
    expect(second).toEqual([none[0], both[1]]);
    expect(none[1]).not.toEqual(both[1]);
  });

  // Sizes that are known let the engine sum in another order, and so do other operators.
  it.each([
    { opset: 17 },
    { opset: 18, layout: "transformers.js" },
    { opset: 23 },
    { attention: "onnx" },
    { attention: "onnx", layout: "transformers.js", prompts: 1, points: 1 },
  ] as const)("answers in every form as in the usual one: %j", async (options) => {
    const layout = "layout" in options ? options.layout : undefined;
    const usual = await exported({ layout });
    for (const [name, graph] of await exported(options)) {
      const { opsetImport } = fromBinary(ModelProtoSchema, (await graph.build()).model);
      expect(opsetImport.map(({ version }) => version)).toEqual([
        BigInt("opset" in options ? options.opset : 23),
      ]);
      const inputs = { ...made(graph, { boxes: 0 }), ...labelsOf(graph) };
      const expected = await runGraph(usual.get(name) as SessionDescription, inputs);
      for (const [key, value] of Object.entries(await runGraph(graph, inputs)))
        expect(relativeError(value, expected[key] as Tensor)).toBeLessThan(1e-5);
    }
  });

  // Measured over 36 clicks on each image of the random fixtures: mean IoU 0.93 to 1, where products in 8 bits gave 0.90 to 1.
  it("keeps weights in 8 bits that any engine can widen, in a quarter of the bytes", async () => {
    const small = await loadWhole(fixtureDir("odd-a"), "q8");
    const [encoder] = exportGraphs(small.config, small.weights);
    const { model } = await (encoder as typeof encoder & object).graph.build();
    const { graph } = fromBinary(ModelProtoSchema, model);
    const codes = graph?.initializer.filter(({ dataType }) => dataType === 3) ?? [];
    expect(codes.length).toBeGreaterThan(10);
    expect(graph?.node.filter(({ opType }) => opType === "DequantizeLinear")).toHaveLength(codes.length);
    expect(graph?.node.every(({ domain }) => domain === "")).toBe(true);
    const whole = (await exported()).get("encoder") as SessionDescription;
    const inputs = made(whole);
    const expected = (await runGraph(whole, inputs)).image_embed as Tensor;
    const found = (await runGraph((encoder as typeof encoder & object).graph, inputs)).image_embed;
    expect(relativeError(found, expected)).toBeLessThan(0.05);
  });

  it("refuses what is no layout, no form of attention and no number of prompts", async () => {
    for (const wrong of [
      { layout: "three-file" },
      { attention: "flash" },
      { prompts: 0 },
      { points: 1.5 },
      { opset: 16 },
      { opset: 24 },
      { opset: 22, attention: "onnx" },
    ]) {
      await expect(exported(wrong as ExportOptions)).rejects.toThrow(InputError);
    }
  });
});

describe("exportVideoGraphs", () => {
  it("gives graphs that an engine loads, with free and with fixed numbers", async () => {
    const model = await VideoModel.load(fixtureDir("video-a"));
    const forms = [
      {},
      { prompts: 2, points: 1, memories: 3, pointers: 2 },
      { opset: 17 },
      { attention: "onnx" },
    ] as const;
    for (const options of forms) {
      const graphs = exportVideoGraphs(model.config, model.weights, options);
      expect(new Set(graphs.map(({ name }) => name)).size).toBe(graphs.length);
      for (const { graph } of graphs) await (await loadGraph(graph)).dispose();
    }
  });

  it("the weights of a video model are enough for the graphs of images", async () => {
    const { config, weights } = await VideoModel.load(fixtureDir("video-a"));
    for (const layout of ["two-file", "transformers.js", "own"] as const)
      expect(() => exportGraphs(config, weights, { layout })).not.toThrow();
  });
});
