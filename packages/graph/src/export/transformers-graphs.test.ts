import { Tensor, type TensorLike } from "@sam2js/core";
import { type GoldenCase, goldenDirs, loadGolden, relativeError } from "@sam2js/reference";
import { afterAll, describe, expect, it } from "vitest";
import { loadWhole } from "../__tests__/load-whole.js";
import { type Engine, loadGraph, runGraph } from "../__tests__/node-engine.js";
import { exportGraphs } from "./export-graphs.js";

/** Of the range of the reference's values. */
const TOLERANCE = 1e-4;

/** Cases of one image with what transformers.js can ask: points, boxes, or both. */
function fits({ kind, inputs = {}, images = [] }: GoldenCase): boolean {
  const names = Object.keys(inputs).filter((each) => each !== "pixel_values" && each !== "image_embeddings");
  const isAsked = names.includes("input_points") || names.includes("input_boxes");
  const isKnown = names.every((each) => ["input_points", "input_labels", "input_boxes"].includes(each));
  return kind === "forward" && images.length === 1 && isAsked && isKnown;
}

describe.each(goldenDirs())("the graphs for transformers.js of %s", (dir) => {
  const golden = loadGolden(dir);
  const loading = loadWhole(dir);
  const graphsOf = async (multimask = true) => {
    const { config, weights } = await loading;
    const [encoder, decoder] = exportGraphs(config, weights, { layout: "transformers.js", multimask });
    if (!encoder || !decoder) throw new RangeError("expected two graphs");
    return { encoder: encoder.graph, decoder: decoder.graph };
  };

  /** Loaded once for all cases. */
  const decoders = new Map<boolean, Promise<Engine>>();
  const decoderOf = (multimask: boolean) => {
    const loading = decoders.get(multimask) ?? graphsOf(multimask).then(({ decoder }) => loadGraph(decoder));
    decoders.set(multimask, loading);
    return loading;
  };
  afterAll(async () => {
    for (const engine of decoders.values()) await (await engine).dispose();
  });

  it("the encoder gives the reference's embeddings", async () => {
    const { encoder } = await graphsOf();
    const [image] = Object.keys(golden.meta.images);
    const outputs = await runGraph(encoder, { pixel_values: golden.tensor(`image/${image}/pixel_values`) });
    for (const level of [0, 1, 2]) {
      const expected = golden.tensor(`image/${image}/embeddings/${level}`);
      expect(relativeError(outputs[`image_embeddings.${level}`], expected)).toBeLessThan(TOLERANCE);
    }
  });

  const names = Object.keys(golden.cases).filter((name) => fits(golden.case(name)));
  it.each(names)("the decoder answers like the reference: %s", async (name) => {
    const { inputs = {}, outputs = {}, options, images = [] } = golden.case(name);
    const engine = await decoderOf(options?.multimask_output !== false);
    const given = Object.fromEntries(
      Object.entries(inputs).map(([key, ref]) => [key, golden.resolveTensor(ref)]),
    );
    const levels = [0, 1, 2].map((level) => [
      `image_embeddings.${level}`,
      golden.tensor(`image/${images[0]}/embeddings/${level}`),
    ]);
    const found = await engine.run({ ...asTransformersJs(given), ...Object.fromEntries(levels) });
    for (const key of ["pred_masks", "iou_scores", "object_score_logits"]) {
      const expected = golden.resolveTensor(outputs[key]);
      expect(found[key]?.dims).toEqual(expected.dims);
      expect(relativeError(found[key], expected)).toBeLessThan(TOLERANCE);
    }
  });
});

/** What `Sam2Model.forward` of transformers.js makes of the inputs that are missing. */
function asTransformersJs({
  input_points: points,
  input_labels: labels,
  input_boxes: boxes,
}: Record<string, TensorLike>) {
  const count = boxes?.dims[1] as number;
  const floats = (...dims: number[]) => new Tensor("float32", new Float32Array(0), dims);
  return {
    input_points: points ?? floats(1, 1, 0, 2),
    input_labels: int32(labels, points?.dims.slice(0, 3) ?? [1, count, 0]),
    input_boxes: boxes ?? floats(1, 0, 4),
  };
}

function int32(labels: TensorLike | undefined, dims: readonly number[]) {
  const size = dims.reduce((a, b) => a * b, 1);
  return new Tensor(
    "int32",
    Int32Array.from({ length: size }, (_, i) => Number(labels?.data[i] ?? 1)),
    dims,
  );
}
