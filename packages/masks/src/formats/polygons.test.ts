import { describe, expect, it } from "vitest";
import { noiseBitmap, seeded } from "../masks/__fixtures__/random-masks.js";
import { rleFromBitmap } from "../masks/rle.js";
import { type MaskPolygon, ringArea, toPolygons } from "./polygons.js";
import { simplifyRing } from "./simplify-ring.js";

const random = seeded(6);
const rle = (...rows: string[]) =>
  rleFromBitmap(rows.join("").split("").map(Number), rows[0]!.length, rows.length);

/** Fills by the even-odd rule at pixel centres, each polygon by itself. */
function fill(polygons: readonly MaskPolygon[], width: number, height: number): Uint8Array {
  const bits = new Uint8Array(width * height);
  for (const { outer, holes } of polygons) {
    for (let i = 0; i < bits.length; i++) {
      const [x, y] = [(i % width) + 0.5, Math.floor(i / width) + 0.5];
      let crossings = 0;
      for (const ring of [outer, ...holes]) {
        for (let k = 0, j = ring.length - 2; k < ring.length; j = k, k += 2) {
          const [ax, ay, bx, by] = [ring[j]!, ring[j + 1]!, ring[k]!, ring[k + 1]!];
          if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) crossings++;
        }
      }
      if (crossings % 2) bits[i]!++;
    }
  }
  return bits;
}

describe("toPolygons", () => {
  it("goes around a pixel clockwise and around a hole the other way", () => {
    expect(toPolygons(rle("00", "01"))).toEqual([{ outer: [2, 1, 2, 2, 1, 2, 1, 1], holes: [] }]);
    const [ring] = toPolygons(rle("111", "101", "111"));
    expect(ringArea(ring!.outer)).toBe(9);
    expect(ring!.holes.map(ringArea)).toEqual([-1]);
    expect(toPolygons(rle("000"))).toEqual([]);
  });

  it("separates pixels that touch at a corner, and never visits a point twice", () => {
    expect(toPolygons(rle("10", "01"))).toHaveLength(2);
    const [loop, ...rest] = toPolygons(rle("0111", "1101", "1011", "1110"));
    expect(rest).toEqual([]);
    expect(loop!.holes).toHaveLength(2);
  });

  it("is exact on random masks of every density: filling gives the mask, every ring is simple", () => {
    for (let trial = 0; trial < 300; trial++) {
      const [width, height] = [1 + Math.floor(random() * 16), 1 + Math.floor(random() * 16)];
      const bits = noiseBitmap(random, width, height, random());
      const polygons = toPolygons(rleFromBitmap(bits, width, height));
      expect(fill(polygons, width, height)).toEqual(bits);
      for (const { outer, holes } of polygons) {
        expect(ringArea(outer)).toBeGreaterThan(0);
        for (const hole of holes) expect(ringArea(hole)).toBeLessThan(0);
        for (const ring of [outer, ...holes]) {
          const points = Array.from(
            { length: ring.length / 2 },
            (_, i) => `${ring[2 * i]},${ring[2 * i + 1]}`,
          );
          expect(new Set(points).size).toBe(points.length);
          const isTurn = points.every((_, i) => {
            const at = (k: number) => ring[(2 * i + k + ring.length) % ring.length]!;
            return (at(0) === at(-2)) !== (at(0) === at(2));
          });
          expect(isTurn).toBe(true);
        }
      }
    }
  });

  it("stays within the tolerance when it simplifies, and drops what is smaller than minArea", () => {
    const size = 100;
    const bits = Uint8Array.from({ length: size * size }, (_, i) =>
      Math.hypot((i % size) - 50, Math.floor(i / size) - 50) < 40 && i !== 50 * size + 50 ? 1 : 0,
    );
    const mask = rleFromBitmap(bits, size, size);
    const [exact] = toPolygons(mask);
    const [simple] = toPolygons(mask, { tolerance: 1 });
    expect(exact!.holes).toHaveLength(1);
    expect(simple!.holes).toHaveLength(0);
    expect(simple!.outer.length).toBeLessThan(exact!.outer.length / 4);
    expect(Math.abs(ringArea(simple!.outer) - ringArea(exact!.outer))).toBeLessThan(2 * Math.PI * 40);
    expect(toPolygons(mask, { minArea: 2 })[0]!.holes).toHaveLength(0);
    expect(toPolygons(rle("01"), { tolerance: 5 })).toEqual(toPolygons(rle("01")));
  });
});

describe("simplifyRing", () => {
  it("keeps corners and drops points on straight lines", () => {
    expect(simplifyRing([0, 0, 5, 0, 10, 0, 10, 10, 5, 10, 0, 10, 0, 5], 0)).toEqual([
      0, 0, 10, 0, 10, 10, 0, 10,
    ]);
    expect(simplifyRing([0, 0, 5, 0.4, 10, 0, 10, 10, 0, 10], 0.5)).toEqual([0, 0, 10, 0, 10, 10, 0, 10]);
    expect(simplifyRing([0, 0, 1, 0, 1, 1], 5)).toEqual([0, 0, 1, 0, 1, 1]);
  });
});
