import { Mask, rleFromBitmap } from "@sam2js/masks";
import { expect, it } from "vitest";
import { findSubject } from "./find-subject.js";
import type { Segmenter } from "./segmenter.js";

const SIDE = 16;
const photo = { id: "photo", name: "a.jpg", blob: new Blob(), width: SIDE, height: SIDE };
const { signal } = new AbortController();

function square(from: number, to: number): Uint8Array {
  const isIn = (value: number) => value >= from && value < to;
  return new Uint8Array(SIDE * SIDE).map((_, i) => (isIn(i % SIDE) && isIn(Math.floor(i / SIDE)) ? 1 : 0));
}

/** Its grid, a click in the middle and a box find these. */
function segmenter(
  grid: readonly Uint8Array[],
  clicked: readonly Uint8Array[],
  boxed: Uint8Array,
): Segmenter {
  const fake: Pick<Segmenter, "everything" | "decode"> = {
    async *everything() {
      for (const bits of grid) yield new Mask(rleFromBitmap(bits, SIDE, SIDE), { score: 0.9 });
    },
    decode: async (_, { points, box }) => {
      if (!box) expect(points.map(({ x, y }) => [x, y])).toEqual([[8, 8]]);
      const found = box ? [boxed] : clicked;
      const logits = found.map((bits) => Float32Array.from(bits, (bit) => 16 * bit - 8));
      return { logits, size: [SIDE, SIDE], scores: found.map(() => 0.9) };
    },
  };
  return fake as Segmenter;
}

const NOTHING = square(0, 0);

it("is the central mask of what a grid, a click and a box find", async () => {
  const found = (...given: Parameters<typeof segmenter>) => findSubject(segmenter(...given), photo, signal);
  const corners = [square(0, 4), square(12, 16)];
  expect((await found([...corners, square(5, 11)], [NOTHING], NOTHING))?.box).toEqual([5, 5, 10, 10]);
  expect((await found(corners, [square(7, 9), square(4, 12)], NOTHING))?.box).toEqual([4, 4, 11, 11]);
  expect((await found(corners, [square(7, 9)], square(3, 13)))?.box).toEqual([3, 3, 12, 12]);
});

it("is null where there is nothing", async () => {
  expect(await findSubject(segmenter([], [NOTHING], NOTHING), photo, signal)).toBeNull();
});
