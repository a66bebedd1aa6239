import { InputError } from "@sam2js/core";
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
