import { type RgbImage, Tensor } from "@sam2js/core";
import type { LoadedModel } from "../model/with-model.js";
import type { RowPrompts } from "./known-rows.js";
import type { ExpectedRow } from "./parse-expected.js";

/** One comparison. */
export interface Comparison {
  readonly row: string;
  readonly what: "scores" | "logits";
  readonly expected: readonly number[];
  readonly got: readonly number[];
  /** Largest difference. */
  readonly difference: number;
  /** How large it may be. */
  readonly limit: number;
  readonly isOk: boolean;
}

const SIZE = 3;

/**
 * Runs one row, batched as it says, and compares.
 *
 * @param tolerance  how far scores may be off, which go from 0 to 1, and logits, as a share of the range of their mask
 */
export async function checkRow(
  row: ExpectedRow,
  images: readonly RgbImage[],
  { model, processor }: LoadedModel,
  tolerance: number,
  signal: AbortSignal,
): Promise<Comparison[]> {
  const { points, labels, boxes, multimask, refine } = row.prompts;
  const { pixelValues, originalSizes } = await processor.process({ images, signal });
  const imageEmbeddings = await model.getImageEmbeddings(pixelValues, { signal });
  try {
    const ask = async (prompts: Omit<RowPrompts, "images" | "refine">, inputMasks?: Tensor<"float32">) => {
      const encoded = await processor.process({
        originalSizes,
        ...(prompts.points && {
          inputPoints: prompts.points.map((image) => image.map((object) => object.map(plain))),
        }),
        ...(prompts.labels && { inputLabels: prompts.labels.map((image) => image.map(plain)) }),
        ...(prompts.boxes && { inputBoxes: prompts.boxes.map((image) => image.map(plain)) }),
      });
      return model.forward({
        ...encoded,
        imageEmbeddings,
        inputMasks,
        multimaskOutput: prompts.multimask,
        signal,
      });
    };
    const first = refine && (await ask({ points: [[[refine.point]]], labels: [[[1]]], multimask: true }));
    const inputMasks = first && bestMask(first.iouScores, first.predMasks);
    const { iouScores, predMasks } = await ask({ points, labels, boxes, multimask }, inputMasks);
    const comparisons: Comparison[] = [];
    if (row.scores) {
      const perObject = iouScores.dims.at(-1) ?? 1;
      const got = row.isSorted ? sortedWithin(iouScores.data, perObject) : [...iouScores.data];
      comparisons.push(compare(row, "scores", row.scores, got, Math.max(tolerance, row.tolerance ?? 0)));
    }
    if (row.logits) {
      const { corner, range } = corners(iouScores, predMasks);
      comparisons.push(compare(row, "logits", row.logits, corner, tolerance * range));
    }
    return comparisons;
  } finally {
    await imageEmbeddings.dispose();
  }
}

function compare(
  { title }: ExpectedRow,
  what: Comparison["what"],
  expected: readonly number[],
  got: readonly number[],
  limit: number,
): Comparison {
  const difference =
    expected.length === got.length
      ? Math.max(...expected.map((value, i) => Math.abs(value - (got[i] ?? Number.NaN))))
      : Number.POSITIVE_INFINITY;
  return { row: title, what, expected, got, difference, limit, isOk: difference <= limit };
}

const plain = (numbers: readonly number[]): number[] => [...numbers];

function sortedWithin(values: Float32Array, size: number): number[] {
  const sorted: number[] = [];
  for (let at = 0; at < values.length; at += size) {
    sorted.push(...[...values.subarray(at, at + size)].sort((a, b) => b - a));
  }
  return sorted;
}

function bestOf(scores: Float32Array): number {
  return scores.reduce((best, score, i) => (score > (scores[best] ?? 0) ? i : best), 0);
}

/** float32 [1, 1, h, w] of the only object of the only image. */
function bestMask({ data }: Tensor<"float32">, masks: Tensor<"float32">): Tensor<"float32"> {
  const [height = 0, width = 0] = masks.dims.slice(-2);
  const begin = bestOf(data) * height * width;
  return new Tensor("float32", masks.data.slice(begin, begin + height * width), [1, 1, height, width]);
}

/** The upper left corner of the best mask of each image's first object, and the widest range of logits of these masks. */
function corners(
  scores: Tensor<"float32">,
  { dims, data }: Tensor<"float32">,
): { corner: number[]; range: number } {
  const [images = 1, objects = 1, masks = 1, height = 0, width = 0] = dims;
  const corner: number[] = [];
  let range = 0;
  for (let image = 0; image < images; image++) {
    const first = image * objects * masks;
    const mask = first + bestOf(scores.data.subarray(first, first + masks));
    const logits = data.subarray(mask * height * width, (mask + 1) * height * width);
    for (let y = 0; y < SIZE; y++) corner.push(...logits.subarray(y * width, y * width + SIZE));
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of logits) [least, most] = [Math.min(least, value), Math.max(most, value)];
    range = Math.max(range, most - least);
  }
  return { corner, range };
}
