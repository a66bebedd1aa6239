import { Mask, rleFromBitmap } from "@sam2js/masks";
import { expect, it } from "vitest";
import { findSubject, type SubjectGuesses } from "./find-subject.js";

const SIDE = 16;

function square(from: number, to: number): Mask {
  const isIn = (value: number) => value >= from && value < to;
  const bits = new Uint8Array(SIDE * SIDE).map((_, i) =>
    isIn(i % SIDE) && isIn(Math.floor(i / SIDE)) ? 1 : 0,
  );
  return new Mask(rleFromBitmap(bits, SIDE, SIDE), { score: 0.9 });
}

/** A grid, a click in the middle and a box find these. */
function guesses(grid: readonly Mask[], clicked: readonly Mask[], boxed: Mask): SubjectGuesses {
  return {
    async *grid() {
      yield* grid;
    },
    ask: async ({ points, box }, isMultimask) => {
      expect(isMultimask).toBe(box === undefined);
      if (!box) expect(points).toEqual([[8, 8]]);
      return box ? [boxed] : clicked;
    },
  };
}

const NOTHING = square(0, 0);

it("is the central mask of what a grid, a click and a box find", async () => {
  const found = (...given: Parameters<typeof guesses>) => findSubject([SIDE, SIDE], guesses(...given));
  const corners = [square(0, 4), square(12, 16)];
  expect((await found([...corners, square(5, 11)], [NOTHING], NOTHING))?.box).toEqual([5, 5, 10, 10]);
  expect((await found(corners, [square(7, 9), square(4, 12)], NOTHING))?.box).toEqual([4, 4, 11, 11]);
  expect((await found(corners, [square(7, 9)], square(3, 13)))?.box).toEqual([3, 3, 12, 12]);
});

it("is null where there is nothing", async () => {
  expect(await findSubject([SIDE, SIDE], guesses([], [NOTHING], NOTHING))).toBeNull();
});
