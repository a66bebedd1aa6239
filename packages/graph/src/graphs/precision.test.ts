import type { Dtype, SessionDescription, WeightTable } from "@sam2js/core";
import { goldenDirs, loadGolden, relativeError } from "@sam2js/reference";
import { describe, expect, it } from "vitest";
import { loadWhole } from "../__tests__/load-whole.js";
import { runGraph } from "../__tests__/node-engine.js";
import { embeddingsToReference } from "../layout/image-layout.js";
import { imageEncoderGraph } from "./image-encoder-graph.js";

/**
 * Of the range of the reference's values. float16 has 11 significant bits (5e-4 of a value), and a dozen blocks add up; 8 bits for a whole matrix of
 * activations are 256 steps. This machine's processor has no kernels for float16: its engine puts casts around each node, so results are
 * rounded where a graphics card rounds them, while sums are exact.
 */
const TOLERANCE = { fp16: 4e-3, q8: 8e-2 } as const;

const encoder = async (dir: string, dtype: Dtype) => {
  const { config, weights } = await loadWhole(dir, dtype);
  return { config, weights, graph: imageEncoderGraph(config, weights, { attention: "plain" }) };
};

async function weightBytes(graph: SessionDescription, { names, get }: Pick<WeightTable, "names" | "get">) {
  const { model } = await graph.build();
  return { inGraph: model.length, stored: names.reduce((sum, name) => sum + get(name).byteLength, 0) };
}

describe.each(goldenDirs())("the image encoder of %s", (dir) => {
  const golden = loadGolden(dir);
  // EdgeTAM's encoder has no matrices that q8 is for.
  const dtypes = golden.meta.checkpoint?.class.startsWith("EdgeTam")
    ? (["fp16"] as const)
    : (["fp16", "q8"] as const);
  it.each(dtypes)("computes in %s close to the reference", async (dtype) => {
    const { config, graph } = await encoder(dir, dtype);
    const outputs = await runGraph(graph, { pixel_values: golden.tensor("image/a/pixel_values") });
    const levels = {
      imageEmbed: outputs.image_embed!,
      highRes1: outputs.high_res_1!,
      highRes0: outputs.high_res_0!,
    };
    const embeddings = embeddingsToReference([levels], [config.embeddingSize, config.embeddingSize]);
    for (const [i, tensor] of embeddings.entries()) {
      const error = relativeError(tensor, golden.tensor(`image/a/embeddings/${i}`));
      expect(error, `level ${i}`).toBeLessThan(TOLERANCE[dtype]);
      expect(error, "another type was computed in").toBeGreaterThan(1e-5);
    }
  });
});

it("has inputs and outputs of float32 in every type, and a digest of its own in each", async () => {
  const dir = goldenDirs()[0] as string;
  const graphs = await Promise.all((["fp32", "fp16", "q8"] as const).map((dtype) => encoder(dir, dtype)));
  expect(new Set(graphs.map(({ graph }) => graph.digest)).size).toBe(3);
  for (const { graph } of graphs) {
    expect(graph.inputs).toEqual(graphs[0]?.graph.inputs);
    expect(graph.outputs).toEqual(graphs[0]?.graph.outputs);
  }
});

it("halves the bytes of its weights in fp16 and quarters those of its matrices in q8", async () => {
  const dir = goldenDirs()[0] as string;
  const [wide, half, small] = await Promise.all(
    (["fp32", "fp16", "q8"] as const).map(async (dtype) => {
      const { weights, graph } = await encoder(dir, dtype);
      const names = weights.names.filter((name) => name.startsWith("vision_encoder."));
      return { ...(await weightBytes(graph, { names, get: (name) => weights.get(name) })), weights };
    }),
  );
  expect(half?.stored).toBe((wide?.stored as number) / 2);
  const matrices = small?.weights.names
    .map((name) => small.weights.get(name))
    .filter((entry) => entry.isQuantized);
  const bytes = matrices?.reduce((sum, { byteLength }) => sum + byteLength, 0) as number;
  const added = (small?.inGraph as number) - (wide?.inGraph as number);
  expect(added).toBeGreaterThan(bytes / 4);
  expect(added).toBeLessThan(bytes / 4 + 1000 * (matrices?.length as number)); // scales, names, one more node each
});
