import { fileURLToPath } from "node:url";
import nano from "@sam2js/nano";
import nanoQ8 from "@sam2js/nano/q8";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { afterAll, expect, test } from "vitest";
import { Sam2Model } from "./model/sam2-model.js";

const runtime = createNodeRuntime();
afterAll(() => runtime.dispose());

const GRID = 8;
const PHOTOGRAPHS = ["truck", "groceries", "cars"].map((name) =>
  fileURLToPath(new URL(`../../../examples/images/${name}.jpg`, import.meta.url)),
);

// What the package promises of its weights of 8 bits, against its own float32: the masks of best predicted IoU.
test("nano with 8-bit weights gives the masks of nano, mean IoU at least 0.98 on each example photograph", async () => {
  const processor = await Sam2Processor.fromPretrained(nano, { runtime });
  const models = [
    await Sam2Model.fromPretrained(nano, { runtime }),
    await Sam2Model.fromPretrained(nanoQ8, { runtime }),
  ];
  for (const photograph of PHOTOGRAPHS) {
    const { pixelValues, originalSizes } = await processor.process({ images: photograph });
    const [height = 0, width = 0] = originalSizes[0] ?? [];
    const clicks = Array.from({ length: GRID ** 2 }, (_, i) => [
      [(((i % GRID) + 0.5) / GRID) * width, ((Math.floor(i / GRID) + 0.5) / GRID) * height],
    ]);
    const prompt = await processor.process({ inputPoints: [clicks], originalSizes });
    const [whole, small] = await Promise.all(
      models.map((model) => model.forward({ ...prompt, pixelValues })),
    );
    if (!whole || !small) expect.unreachable();
    const pixels = whole.predMasks.data.length / whole.iouScores.data.length;
    let sum = 0;
    for (let click = 0; click < GRID ** 2; click++) {
      const scores = [...whole.iouScores.data.subarray(click * 3, click * 3 + 3)];
      const begin = (click * 3 + scores.indexOf(Math.max(...scores))) * pixels;
      sum += iou(
        whole.predMasks.data.subarray(begin, begin + pixels),
        small.predMasks.data.subarray(begin, begin + pixels),
      );
    }
    expect(sum / GRID ** 2, photograph).toBeGreaterThanOrEqual(0.98);
    await Promise.all([whole, small].map(({ imageEmbeddings }) => imageEmbeddings.dispose()));
  }
  await Promise.all(models.map((model) => model.dispose()));
});

/** IoU of two logit maps, thresholded at 0; 1 where both are empty. */
function iou(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.length; i++) {
    const [inA, inB] = [(a[i] as number) > 0, (b[i] as number) > 0];
    if (inA && inB) both++;
    if (inA || inB) either++;
  }
  return either === 0 ? 1 : both / either;
}
