import { goldenDirs, loadGolden, relativeError } from "@sam2js/reference";
import { describe, expect, it } from "vitest";
import { loadWhole } from "../__tests__/load-whole.js";
import { runGraph } from "../__tests__/node-engine.js";
import { readPrompts } from "../__tests__/read-prompts.js";
import { imageWidePositionalEmbedding } from "../prompt/image-wide-positional-embedding.js";
import { maskPromptGraph, pointPromptGraph } from "./prompt-encoder-graph.js";

/** Of the range of the reference's values. */
const TOLERANCE = 1e-5;

describe.each(goldenDirs())("the prompt encoder of %s", (dir) => {
  const golden = loadGolden(dir);

  it.each(["prompt_points", "prompt_box", "prompt_box_and_points"])(
    "embeds %s as the reference",
    async (name) => {
      const { config, weights } = await loadWhole(dir);
      const graph = pointPromptGraph(config, weights);
      const { sparse_embeddings: sparse } = await runGraph(graph, readPrompts(golden, golden.case(name)));
      const expected = golden.resolveTensor(golden.case(name).outputs?.sparse_embeddings);
      const actual = sparse && { ...sparse, dims: [1, ...sparse.dims], data: sparse.data };
      expect(relativeError(actual, expected)).toBeLessThan(TOLERANCE);
    },
  );

  it("embeds masks as the reference", async () => {
    const { config, weights } = await loadWhole(dir);
    const { inputs, outputs } = golden.case("prompt_mask");
    const graph = maskPromptGraph(config, weights);
    const result = await runGraph(graph, { mask: golden.resolveTensor(inputs?.input_masks) });
    const expected = golden.resolveTensor(outputs?.dense_embeddings);
    expect(relativeError(result.dense_embeddings, expected)).toBeLessThan(TOLERANCE);
  });

  it("has the reference's image-wide positional embedding", async () => {
    const { config, weights } = await loadWhole(dir);
    const { outputs } = golden.case("image_wide_positional_embeddings");
    const embedding = await imageWidePositionalEmbedding(config, weights);
    expect(relativeError(embedding, golden.resolveTensor(outputs?.embeddings))).toBeLessThan(TOLERANCE);
  });
});
