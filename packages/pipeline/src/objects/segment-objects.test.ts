import { InputError, Tensor } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { segmentObjects } from "./segment-objects.js";
import { segmentSubject } from "./segment-subject.js";

const parts = {
  model: { config: { imageSize: 64 } },
  processor: { imageProcessor: {}, targetSize: 64 },
} as never;
const embeddings = {} as never;

describe("a prompt that cannot be meant", () => {
  it.each<[unknown, RegExp]>([
    [null, /^objects: expected a list of prompts, got null/],
    [{ points: [[1, 1]] }, /^objects: expected a list of prompts/],
    [[null], /^objects\[0\]: expected points, a box or a mask, got none of them/],
    [[{ points: [] }], /^objects\[0\]: expected points, a box or a mask/],
    [[{ points: [[1, 1]] }, { points: [10, 10] }], /^objects\[1\]\.points: expected a list of \[x, y\]/],
    [[{ box: { x: 1, y: 1, width: 3, height: 3 } }], /^objects\[0\]\.box: expected \[x0, y0, x1, y1\]/],
    [
      [
        {
          box: [
            [1, 1],
            [5, 5],
          ],
        },
      ],
      /^objects\[0\]\.box: expected \[x0, y0, x1, y1\]/,
    ],
    [[{ mask: [1, 0] }], /^objects\[0\]\.mask: expected/],
  ])("is refused by name: %j", async (objects, message) => {
    const answer = segmentObjects(parts, embeddings, [64, 64], objects as never);
    await expect(answer).rejects.toThrow(InputError);
    await expect(answer).rejects.toThrow(message);
  });
});

it("what is null is none: an object with a box keeps it beside one whose box is null", async () => {
  const asked: object[] = [];
  const processor = {
    ...{ imageProcessor: {}, targetSize: 64 },
    process: async (prompts: object) => void asked.push(prompts),
  };
  const model = {
    config: { imageSize: 64 },
    forward: async () => ({
      iouScores: Tensor.zeros("float32", [1, 1, 1]),
      predMasks: Tensor.zeros("float32", [1, 1, 1, 1, 1]),
    }),
  };
  const points = [[5, 5]];
  const objects = [
    { points, box: null, labels: null, mask: null },
    { points, box: [1, 2, 30, 40] },
  ];
  await segmentObjects({ model, processor } as never, embeddings, [64, 64], objects as never);
  const same = { inputPoints: [[points]], inputLabels: [[[1]]], originalSizes: [[64, 64]] };
  expect(asked).toEqual([same, { ...same, inputBoxes: [[[1, 2, 30, 40]]] }]);
});

it("clicks need a model and a processor of one image size", async () => {
  const other = { ...(parts as object), processor: { imageProcessor: {}, targetSize: 32 } } as never;
  for (const segment of [
    (given: never) => segmentObjects(given, embeddings, [64, 64], [{ points: [[1, 1]] }]),
    (given: never) => segmentSubject(given, embeddings, [64, 64]),
  ]) {
    await expect(segment(null as never)).rejects.toThrow(/expected \{ model, processor \}, got null/);
    await expect(segment(other)).rejects.toThrow(/expected a processor for 64-pixel inputs, got one for 32/);
  }
  await expect(segmentSubject(parts, embeddings, null as never)).rejects.toThrow(
    /^size: expected \[height, width\]/,
  );
});
