import { describe, expect, it } from "vitest";
import { packCodes, unpackCodes } from "./pack-codes.js";

/** The same numbers every time. @see Lehmer, 1951 */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 48_271) % 2_147_483_647;
    yield state / 2_147_483_647;
  }
}

function blocksOf(count: number, size: number, most: number, seed = 7): Uint16Array[] {
  const random = numbers(seed);
  return Array.from({ length: count }, () =>
    Uint16Array.from({ length: size }, () => Math.floor(random.next().value * (most + 1))),
  );
}

function unpacked(bytes: Uint8Array, count: number, size: number, columns: number) {
  const next = unpackCodes(bytes, size, columns);
  return Array.from({ length: count }, () => next.next().value);
}

describe("packed codes", () => {
  it.each([
    [0, 12, 3, 9],
    [1, 1, 1, 511],
    [4, 60, 5, 0],
    [3, 4096, 64, 15],
    [5, 257, 1, 511],
    [40, 640, 64, 255],
  ])("%i blocks of %i in %i columns up to %i are the same again", (count, size, columns, most) => {
    const blocks = blocksOf(count, size, most);
    expect(unpacked(packCodes(blocks, columns), count, size, columns)).toEqual(blocks);
  });

  it("take little more than their entropy where nothing is alike, and a fraction of it where blocks are", () => {
    const size = 32_768;
    const noise = blocksOf(2, size, 15, 3);
    expect(packCodes(noise, 64).length).toBeLessThan(1.25 * 2 * size * 0.5); // 4 bits each, and a difference of two has half a bit more
    const [first] = noise as [Uint16Array];
    const like = Array.from({ length: 8 }, () => first);
    expect(packCodes(like, 64).length).toBeLessThan(1.25 * size * 0.5 + 7 * 160);
    expect(packCodes([new Uint16Array(size)], 64).length).toBeLessThan(size / 100);
  });

  it("that are cut off give no block for the missing bytes, however many are asked for", () => {
    const blocks = blocksOf(6, 640, 63);
    const bytes = packCodes(blocks, 64);
    for (const length of [0, 1, 4, 5, 100, bytes.length >> 1]) {
      const found = unpacked(bytes.subarray(0, length), 1000, 640, 64);
      expect(found.at(-1)).toBeUndefined();
      expect(found.filter(Boolean).length).toBeLessThanOrEqual(4);
    }
  });
});
