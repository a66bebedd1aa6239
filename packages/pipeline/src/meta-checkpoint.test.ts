import { loadMeta, metaPixels, relativeError } from "@sam2js/reference";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { afterAll, expect, test } from "vitest";
import { Sam2Model } from "./model/sam2-model.js";

const runtime = createNodeRuntime();
afterAll(() => runtime.dispose());

// Expected numbers: Meta's own model (PyPI sam2 1.1.0) with the same file, by make_meta_checkpoint.py of tooling/reference.
// Tolerance: as for parity with transformers, of the range of the logits and of the scores' 0 to 1.
const TOLERANCE = 1e-4;

test("a .pt file answers a click as Meta's own model does", async () => {
  const { file, click } = loadMeta();
  const backbone = {
    num_attention_heads_per_stage: [1, 2, 4, 8],
    window_size_per_stage: [8, 4, 2, 2],
    global_attention_blocks: [3],
  };
  const model = await Sam2Model.fromPretrained(
    { name: "meta", files: { "weights.pt": file } },
    { runtime, config: { image_size: 64, vision_config: { backbone_config: backbone } } },
  );
  const { predMasks, iouScores, objectScoreLogits, imageEmbeddings } = await model.forward({
    pixelValues: { type: "float32", dims: [1, 3, 64, 64], data: metaPixels() },
    inputPoints: { type: "float32", dims: [1, 1, 1, 2], data: Float32Array.from(click.point) },
    inputLabels: { type: "int32", dims: [1, 1, 1], data: Int32Array.of(1) },
  });
  await imageEmbeddings.dispose();
  const masks = { dims: [1, 1, 3, 16, 16], data: click.low_res_masks };
  expect(relativeError(predMasks, masks)).toBeLessThan(TOLERANCE);
  for (const [mask, score] of click.iou_scores.entries())
    expect(Math.abs((iouScores.data[mask] ?? 0) - score)).toBeLessThan(TOLERANCE);
  expect(Math.abs((objectScoreLogits.data[0] ?? 0) - click.object_score)).toBeLessThan(TOLERANCE);
  await model.dispose();
});
