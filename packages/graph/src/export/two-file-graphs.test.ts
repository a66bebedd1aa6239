import { Tensor, type TensorLike } from "@sam2js/core";
import { type GoldenCase, goldenDirs, loadGolden, relativeError } from "@sam2js/reference";
import { afterAll, describe, expect, it } from "vitest";
import { loadWhole } from "../__tests__/load-whole.js";
import { type Engine, loadGraph, runGraph } from "../__tests__/node-engine.js";
import { randomFloats } from "../__tests__/random.js";
import { readPrompts } from "../__tests__/read-prompts.js";
import { exportGraphs } from "./export-graphs.js";

/** Of the range of the reference's values. */
const TOLERANCE = 1e-4;

/** Cases of one image with what this layout has inputs for, masks of the model's own size. */
function fits({ kind, inputs = {}, images = [] }: GoldenCase, name: string): boolean {
  const names = Object.keys(inputs).filter((each) => each !== "pixel_values" && each !== "image_embeddings");
  const known = ["input_points", "input_labels", "input_boxes", "input_masks"];
  const isKnown = names.length > 0 && names.every((each) => known.includes(each));
  return kind === "forward" && images.length === 1 && !name.includes("resized") && isKnown;
}

describe.each(goldenDirs())("the two files of %s", (dir) => {
  const golden = loadGolden(dir);
  const loading = loadWhole(dir);
  const graphOf = async (file: string, multimask = true) => {
    const { config, weights } = await loading;
    const graphs = exportGraphs(config, weights, { multimask });
    const found = graphs.find(({ name }) => name === file);
    if (!found) throw new RangeError(`${file}: expected a graph, got ${graphs.map(({ name }) => name)}`);
    return found.graph;
  };

  /** Loaded once for all cases. */
  const decoders = new Map<boolean, Promise<Engine>>();
  const decoderOf = (multimask: boolean) => {
    const loading =
      decoders.get(multimask) ?? graphOf("decoder", multimask).then((graph) => loadGraph(graph));
    decoders.set(multimask, loading);
    return loading;
  };
  afterAll(async () => {
    for (const engine of decoders.values()) await (await engine).dispose();
  });

  it("the encoder gives the reference's embeddings, finest first", async () => {
    const graph = await graphOf("encoder");
    expect(graph.outputs.map(({ name }) => name)).toEqual([
      "high_res_feats_0",
      "high_res_feats_1",
      "image_embed",
    ]);
    for (const image of Object.keys(golden.meta.images)) {
      const outputs = await runGraph(graph, { image: golden.tensor(`image/${image}/pixel_values`) });
      for (const [i, name] of ["high_res_feats_0", "high_res_feats_1", "image_embed"].entries()) {
        const expected = golden.tensor(`image/${image}/embeddings/${i}`);
        expect(relativeError(outputs[name], expected)).toBeLessThan(TOLERANCE);
      }
    }
  });

  const names = Object.keys(golden.cases).filter((name) => fits(golden.case(name), name));
  it.each(names)("the decoder answers like the reference: %s", async (name) => {
    const { inputs = {}, outputs = {}, options, images = [] } = golden.case(name);
    const engine = await decoderOf(options?.multimask_output !== false);
    const mask = inputs.input_masks ? golden.resolveTensor(inputs.input_masks) : undefined;
    const prompts = withoutClosing(readPrompts(golden, golden.case(name)));
    const found = await decode(engine, golden.case(name), prompts, mask);
    expect(images).toHaveLength(1);
    for (const [output, key] of [
      ["masks", "pred_masks"],
      ["iou_predictions", "iou_scores"],
    ] as const) {
      const expected = golden.resolveTensor(outputs[key]);
      const dims = expected.dims.slice(1); // of the one image
      expect(relativeError(found[output], { ...expected, dims })).toBeLessThan(TOLERANCE);
    }
  });

  /** @param mask  for all prompts; without one there is noise, which must not count */
  async function decode(
    engine: Engine,
    { images = [] }: GoldenCase,
    prompts: ReturnType<typeof withoutClosing>,
    mask?: TensorLike,
  ) {
    const { config } = await loading;
    const [high_res_feats_0, high_res_feats_1, image_embed] = [0, 1, 2].map((i) =>
      golden.tensor(`image/${images[0]}/embeddings/${i}`),
    ) as [TensorLike, TensorLike, TensorLike];
    const [height, width] = config.maskSize;
    const count = prompts.point_coords.dims[0] as number;
    const one = mask?.data ?? randomFloats(height * width, 7);
    const all = Float32Array.from({ length: count * one.length }, (_, i) => one[i % one.length] as number);
    return engine.run({
      image_embed,
      high_res_feats_0,
      high_res_feats_1,
      ...prompts,
      mask_input: new Tensor("float32", all, [count, 1, height, width]),
      has_mask_input: new Tensor("float32", Float32Array.of(mask ? 1 : 0), [1]),
    });
  }
});

/** The graph adds the closing point itself. */
function withoutClosing({ points, labels }: ReturnType<typeof readPrompts>) {
  const [count, length] = labels.dims as [number, number];
  const kept = (data: ArrayLike<number>, width: number) =>
    Float32Array.from({ length: count * (length - 1) * width }, (_, i) => {
      const row = Math.floor(i / ((length - 1) * width));
      return data[i + row * width] as number;
    });
  return {
    point_coords: new Tensor("float32", kept(points.data, 2), [count, length - 1, 2]),
    point_labels: new Tensor("float32", kept(labels.data, 1), [count, length - 1]),
  };
}
