import { goldenDirs, loadGolden, relativeError } from "@sam2js/reference";
import { describe, expect, it } from "vitest";
import { loadWhole } from "../__tests__/load-whole.js";
import { runGraph } from "../__tests__/node-engine.js";
import { embeddingsToReference } from "../layout/image-layout.js";
import { imageEncoderGraph } from "./image-encoder-graph.js";

/** Of the range of the reference's values: float32 sums in another order, through a dozen blocks. */
const TOLERANCE = 1e-4;

describe.each(goldenDirs())("the image encoder of %s", (dir) => {
  const golden = loadGolden(dir);
  it.each(["fused", "plain"] as const)(
    "gives the reference's image embeddings with %s attention",
    async (attention) => {
      const { config, weights, warnings } = await loadWhole(dir);
      expect(warnings).toEqual([]);
      const graph = imageEncoderGraph(config, weights, { attention });
      for (const image of Object.keys(golden.meta.images)) {
        const outputs = await runGraph(graph, { pixel_values: golden.tensor(`image/${image}/pixel_values`) });
        const embeddings = embeddingsToReference(
          [
            {
              imageEmbed: outputs.image_embed!,
              highRes1: outputs.high_res_1!,
              highRes0: outputs.high_res_0!,
            },
          ],
          [config.embeddingSize, config.embeddingSize],
        );
        const errors = embeddings.map((tensor, i) =>
          relativeError(tensor, golden.tensor(`image/${image}/embeddings/${i}`)),
        );
        for (const error of errors) expect(error).toBeLessThan(TOLERANCE);
      }
    },
  );
});
