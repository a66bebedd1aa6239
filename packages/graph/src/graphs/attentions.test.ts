import { Tensor } from "@sam2js/core";
import { fixtureDir, loadGolden, relativeError } from "@sam2js/reference";
import { expect, it } from "vitest";
import { loadWhole } from "../__tests__/load-whole.js";
import { runGraph } from "../__tests__/node-engine.js";
import { decoderPreludeGraph } from "./decoder-prelude-graph.js";
import { imageEncoderGraph } from "./image-encoder-graph.js";
import { maskDecoderGraph } from "./mask-decoder-graph.js";

const golden = loadGolden(fixtureDir("odd-a"));
const { inputs = {}, outputs = {} } = golden.case("attentions");

it("outputs the softmax weights of every block and layer, as hooks found them in the reference", async () => {
  const { config, weights } = await loadWhole(golden.dir);
  const encoder = imageEncoderGraph(config, weights, { attention: "fused", attentions: true });
  const image = await runGraph(encoder, { pixel_values: golden.tensor("image/a/pixel_values") });
  for (const [i, expected] of golden.resolveList(outputs.vision_attentions).entries()) {
    expect(relativeError(image[`attentions.${i}`], expected), `block ${i}`).toBeLessThan(1e-5);
  }

  const points = golden.resolveTensor(inputs.input_points);
  const labels = golden.resolveTensor(inputs.input_labels);
  const [, objects = 0, count = 0] = labels.dims;
  const closed = Array.from({ length: objects }, (_, n) => n);
  const prompts = {
    points: new Tensor(
      "float32",
      Float32Array.from(
        closed.flatMap((n) => [...points.data.slice(n * count * 2, (n + 1) * count * 2), 0, 0]),
      ),
      [objects, count + 1, 2],
    ),
    labels: new Tensor(
      "int32",
      Int32Array.from(closed.flatMap((n) => [...labels.data.slice(n * count, (n + 1) * count), -1])),
      [objects, count + 1],
    ),
  };
  const { image_embed, high_res_1, high_res_0 } = image;
  const prelude = await runGraph(decoderPreludeGraph(config, weights), {
    image_embed: image_embed!,
    high_res_1: high_res_1!,
    high_res_0: high_res_0!,
  });
  const decoder = maskDecoderGraph(config, weights, { attention: "fused", attentions: true });
  const result = await runGraph(decoder, { ...prelude, ...prompts });
  for (const [i, expected] of golden.resolveList(outputs.mask_decoder_attentions).entries()) {
    expect(relativeError(result[`attentions.${i}`], expected), `layer ${i}`).toBeLessThan(1e-4);
  }
});
