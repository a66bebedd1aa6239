import {
  type ImageModelConfig,
  type SessionDescription,
  Tensor,
  type TensorLike,
  type WeightTable,
} from "@sam2js/core";
import { type GoldenCase, goldenDirs, leastIou, loadGolden, relativeError } from "@sam2js/reference";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadWhole } from "../__tests__/load-whole.js";
import { type Engine, loadGraph } from "../__tests__/node-engine.js";
import { readPrompts } from "../__tests__/read-prompts.js";
import { embeddingsFromReference } from "../layout/image-layout.js";
import { decoderPreludeGraph } from "./decoder-prelude-graph.js";
import { maskDecoderGraph } from "./mask-decoder-graph.js";

/** Of the range of the reference's values. */
const TOLERANCE = 1e-4;

/** Cases of one image whose mask, if any, has the prompt encoder's size: resizing and batches of images are the model's business. */
function isDecoderCase({ kind, inputs = {}, images = [] }: GoldenCase, name: string): boolean {
  return (
    kind === "forward" && images.length === 1 && !name.includes("resized") && Object.keys(inputs).length > 0
  );
}

describe.each(goldenDirs())("the mask decoder of %s", (dir) => {
  const golden = loadGolden(dir);
  let config: ImageModelConfig;
  let weights: WeightTable;
  beforeAll(async () => {
    ({ config, weights } = await loadWhole(dir));
  });

  /** By digest: many cases ask the same graph, and an engine takes longer to load it than to answer. */
  const engines = new Map<string, Engine>();
  afterAll(async () => {
    for (const engine of engines.values()) await engine.dispose();
  });
  const ask = async (graph: SessionDescription, given: Readonly<Record<string, TensorLike>>) => {
    const engine = engines.get(graph.digest) ?? (await loadGraph(graph));
    engines.set(graph.digest, engine);
    return engine.run(given);
  };

  const names = Object.keys(golden.cases).filter((name) => isDecoderCase(golden.case(name), name));
  it.each(names)("answers like the reference: %s", async (name) => {
    const { inputs = {}, outputs = {}, options, images = [] } = golden.case(name);
    const reference = [0, 1, 2].map((i) => golden.tensor(`image/${images[0]}/embeddings/${i}`));
    const { imageEmbed, highRes1, highRes0 } = embeddingsFromReference(reference).images[0]!;
    const prompts = readPrompts(golden, golden.case(name));
    const multimask = options?.multimask_output !== false;
    const extra: Record<string, TensorLike> = {};
    if (inputs.target_embedding)
      extra.target_embedding = dropAxis(golden.resolveTensor(inputs.target_embedding));
    if (inputs.attention_similarity)
      extra.attention_similarity = golden.resolveTensor(inputs.attention_similarity);
    const mask = inputs.input_masks ? golden.resolveTensor(inputs.input_masks) : undefined;
    const variants = {
      multimask,
      targetEmbedding: "target_embedding" in extra,
      attentionSimilarity: "attention_similarity" in extra,
    };

    const highRes = { high_res_1: highRes1, high_res_0: highRes0 };
    const prelude = await ask(decoderPreludeGraph(config, weights, { maskPrompt: Boolean(mask) }), {
      image_embed: imageEmbed,
      ...highRes,
      ...(mask ? { mask } : {}),
    });
    const shared = maskDecoderGraph(config, weights, { attention: "fused", ...variants });
    const own = maskDecoderGraph(config, weights, {
      attention: "plain",
      sharesImage: false,
      maskPrompt: Boolean(mask),
      ...variants,
    });
    const runs = [
      await ask(shared, { ...prelude, ...prompts, ...extra }),
      await ask(own, {
        image_embed: imageEmbed,
        ...(mask && { mask: repeat(mask, prompts.points.dims[0] as number) }),
        ...highRes,
        ...prompts,
        ...extra,
      }),
    ];
    for (const run of runs) {
      for (const output of ["iou_scores", "pred_masks", "object_score_logits"]) {
        const expected = golden.resolveTensor(outputs[output]);
        const actual = run[output]!;
        expect(actual.size).toBe(expected.data.length);
        expect(
          relativeError({ ...actual, dims: expected.dims, data: actual.data }, expected),
          output,
        ).toBeLessThan(TOLERANCE);
      }
      const expected = golden.resolveTensor(outputs.pred_masks);
      expect(leastIou(run.pred_masks!, expected)).toBeGreaterThanOrEqual(0.9999);
    }
  });
});

function dropAxis(tensor: TensorLike): TensorLike {
  return { ...tensor, dims: tensor.dims.slice(1) };
}

function repeat({ data, dims }: TensorLike, count: number): Tensor {
  const result = new Float32Array(data.length * count);
  for (let i = 0; i < count; i++) result.set(data as Float32Array, i * data.length);
  return new Tensor("float32", result, [count, ...dims.slice(1)]);
}
