import { Sam2Config, Tensor, type WeightTable } from "@sam2js/core";
import { fixtureDir, relativeError } from "@sam2js/reference";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel } from "../__tests__/load-model.js";
import { type Engine, loadGraph, runGraph } from "../__tests__/node-engine.js";
import { random } from "../__tests__/random.js";
import { decoderPreludeGraph } from "./decoder-prelude-graph.js";
import { keptMasksGraph } from "./kept-masks-graph.js";
import { maskDecoderGraph } from "./mask-decoder-graph.js";
import { sam2Weights } from "./weight-specs.js";

const PROMPTS = 5;

describe("masks by score first", () => {
  let inputs: Record<string, Tensor>;
  let all: Record<string, Tensor>;
  let engine: Engine;
  let masks: number;

  beforeAll(async () => {
    const checkpoint = await loadModel(fixtureDir("odd-a"));
    const config = Sam2Config.parse(checkpoint.config);
    const weights: WeightTable = await checkpoint.weights(sam2Weights(config));
    const prelude = decoderPreludeGraph(config, weights);
    const decoder = maskDecoderGraph(config, weights, { attention: "fused" });
    const shared = await runGraph(prelude, random(prelude.inputs, {}, 1));
    const prompts = random(decoder.inputs, { P: PROMPTS, K: 2 }, 2);
    const labels = new Tensor(
      "int32",
      Int32Array.from({ length: PROMPTS * 2 }, (_, i) => (i % 2 ? -1 : 1)),
      [PROMPTS, 2],
    );
    inputs = { ...prompts, ...shared, labels };
    all = await runGraph(decoder, inputs);
    engine = await loadGraph(keptMasksGraph(config, weights, { attention: "fused" }));
    masks = config.maskDecoderConfig.numMultimaskOutputs;
  });
  afterAll(() => engine.dispose());

  async function run(threshold: number) {
    return engine.run({ ...inputs, pred_iou_thresh: new Tensor("float32", Float32Array.of(threshold), [1]) });
  }

  it("gives every mask whose score exceeds the threshold, and no other", async () => {
    const scores = [...(all.iou_scores?.data ?? [])];
    const threshold = scores.toSorted()[Math.floor(scores.length * 0.6)] as number;
    const expected = scores.flatMap((score, i) => (score > threshold ? [i] : []));
    const { kept, kept_masks: logits, iou_scores: own } = await run(threshold);
    expect([...(kept?.data ?? [])]).toEqual(expected);
    expect(relativeError(own, all.iou_scores!)).toBeLessThan(1e-6);
    const [height, width] = logits!.dims.slice(1) as [number, number];
    const pixels = height * width;
    for (const [row, mask] of expected.entries()) {
      const own = logits!.data.subarray(row * pixels, (row + 1) * pixels);
      const reference = all.pred_masks!.data.subarray(mask * pixels, (mask + 1) * pixels);
      const dims = [height, width];
      const error = relativeError({ data: own, dims }, { data: reference, dims });
      expect(error).toBeLessThan(1e-5);
    }
  });

  it("gives nothing where no score exceeds the threshold", async () => {
    const { kept, kept_masks: logits } = await run(2);
    expect(kept?.dims).toEqual([0]);
    expect(logits?.dims[0]).toBe(0);
  });

  it("gives all masks below every score", async () => {
    const { kept, kept_masks: logits } = await run(-1);
    expect(kept?.dims).toEqual([PROMPTS * masks]);
    expect(
      relativeError({ ...logits!, dims: all.pred_masks!.dims, data: logits!.data }, all.pred_masks!),
    ).toBeLessThan(1e-5);
  });
});
