import { InputError, ShapeError } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import coco from "./__fixtures__/coco-rle.json" with { type: "json" };
import { noiseBitmap, seeded } from "./__fixtures__/random-masks.js";
import { checkRle } from "./check-rle.js";
import { connectedComponents } from "./connected-components.js";
import { Mask } from "./mask.js";
import { rleArea, rleBox, rleFromBitmap, rleToBitmap } from "./rle.js";
import { combineRle, rleIntersectionArea, rleIou } from "./rle-operations.js";
import { columnRuns, rleFromColumnRuns } from "./rle-runs.js";
import { compressRle, decompressRle } from "./rle-string.js";
import { cropRle, padRle } from "./rle-window.js";
import type { Rle } from "./run-lengths.js";
import { invertRle, removeSmallRegions } from "./small-regions.js";

const random = seeded(3);
const whole = (limit: number) => Math.floor(random() * limit);
const plain = (rle: Rle) => ({ size: [...rle.size], counts: [...rle.counts] });
const densities = [0, 0.02, 0.2, 0.5, 0.8, 0.98, 1];
const someBitmap = () => {
  const [width, height] = [1 + whole(20), 1 + whole(20)];
  return { width, height, bits: noiseBitmap(random, width, height, densities[whole(7)]!) };
};

/** The obvious encoder: one pixel after another. */
function slowCounts(bits: Uint8Array, width: number, height: number): number[] {
  const counts = [0];
  let side = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if (bits[y * width + x] !== side) {
        side = 1 - side;
        counts.push(0);
      }
      counts[counts.length - 1]!++;
    }
  }
  return counts;
}

describe("RLE", () => {
  it("counts column by column, starting with the pixels outside", () => {
    expect(plain(rleFromBitmap([1, 0, 0, 1, 1, 0], 3, 2))).toEqual({ size: [2, 3], counts: [0, 2, 1, 1, 2] });
    expect(plain(rleFromBitmap(new Uint8Array(6), 3, 2))).toEqual({ size: [2, 3], counts: [6] });
    expect(plain(rleFromBitmap(new Uint8Array(6).fill(1), 3, 2))).toEqual({ size: [2, 3], counts: [0, 6] });
  });

  it("equals the obvious version on random bitmaps: encoding, decoding, area, box, runs, inversion", () => {
    for (let trial = 0; trial < 300; trial++) {
      const { width, height, bits } = someBitmap();
      const rle = rleFromBitmap(bits, width, height);
      checkRle(rle);
      expect([...rle.counts]).toEqual(slowCounts(bits, width, height));
      expect(rleToBitmap(rle).data).toEqual(bits);
      expect(rleToBitmap(rle).dims).toEqual([height, width]);
      const inside = [...bits.keys()].filter((i) => bits[i]);
      expect(rleArea(rle)).toBe(inside.length);
      const xs = inside.map((i) => i % width);
      const ys = inside.map((i) => Math.floor(i / width));
      const box = inside.length
        ? [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
        : [0, 0, 0, 0];
      expect(rleBox(rle)).toEqual(box);
      expect(plain(rleFromColumnRuns(columnRuns(rle), rle.size))).toEqual(plain(rle));
      expect(rleToBitmap(invertRle(rle)).data).toEqual(bits.map((bit) => 1 - bit));
      expect(rleToBitmap(rleFromColumnRuns(columnRuns(rle, false), rle.size)).data).toEqual(
        bits.map((bit) => 1 - bit),
      );
      expect(plain(decompressRle(compressRle(rle)))).toEqual(plain(rle));
    }
  });

  it("combines and compares masks as their bitmaps do", () => {
    for (let trial = 0; trial < 300; trial++) {
      const { width, height, bits: a } = someBitmap();
      const b = noiseBitmap(random, width, height, densities[whole(7)]!);
      const [left, right] = [rleFromBitmap(a, width, height), rleFromBitmap(b, width, height)];
      const both = a.map((bit, i) => bit & b[i]!);
      const either = a.map((bit, i) => bit | b[i]!);
      expect(rleToBitmap(combineRle(left, right, "and")).data).toEqual(both);
      expect(rleToBitmap(combineRle(left, right, "or")).data).toEqual(either);
      expect(rleToBitmap(combineRle(left, right, "subtract")).data).toEqual(a.map((bit, i) => bit & ~b[i]!));
      checkRle(combineRle(left, right, "or"));
      const sum = (bits: Uint8Array) => bits.reduce((total, bit) => total + bit, 0);
      expect(rleIntersectionArea(left, right)).toBe(sum(both));
      expect(rleIou(left, right)).toBe(sum(either) ? sum(both) / sum(either) : 0);
    }
    expect(() => rleIou(rleFromBitmap([1, 1], 2, 1), rleFromBitmap([1, 1], 1, 2))).toThrow(InputError);
  });

  it("moves a mask into a larger image and back", () => {
    for (let trial = 0; trial < 200; trial++) {
      const { width, height, bits } = someBitmap();
      const [left, top] = [whole(5), whole(5)];
      const size = [height + top + whole(5), width + left + whole(5)] as const;
      const rle = rleFromBitmap(bits, width, height);
      const padded = padRle(rle, left, top, size);
      checkRle(padded);
      const expected = new Uint8Array(size[0] * size[1]);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) expected[(y + top) * size[1] + x + left] = bits[y * width + x]!;
      }
      expect(rleToBitmap(padded).data).toEqual(expected);
      const again = cropRle(padded, [left, top, left + width, top + height]);
      expect(plain(again)).toEqual(plain(rle));
    }
    expect(() => padRle(rleFromBitmap([1], 1, 1), 1, 0, [1, 1])).toThrow(InputError);
    expect(() => cropRle(rleFromBitmap([1], 1, 1), [0, 0, 2, 1])).toThrow(InputError);
  });

  it("refuses counts that do not fill the size and bitmaps of another size", () => {
    expect(() => checkRle({ size: [2, 3], counts: [5] })).toThrow(/add up to 2 x 3 = 6 pixels, got 5/);
    expect(() => checkRle({ size: [2, 3], counts: [-1, 7] })).toThrow(InputError);
    expect(() => checkRle({ size: [2.5, 2], counts: [5] })).toThrow(InputError);
    for (const none of [undefined, null, 5, {}, { size: 4, counts: [4] }, { size: [2, 2] }])
      expect(() => new Mask(none as never)).toThrow(/mask: expected { size: \[height, width\], counts/);
    expect(() => new Mask({ size: [2, 2], counts: "04" } as never)).toThrow(/decompressRle/);
    expect(() => rleFromBitmap([1], 2, 2)).toThrow(ShapeError);
  });
});

describe("COCO's compressed RLE", () => {
  it("is pycocotools' own, character for character, and so are area, box and IoU", () => {
    for (const golden of coco.cases) {
      const rle = { size: [golden.size[0]!, golden.size[1]!] as const, counts: golden.counts };
      expect(compressRle(rle).counts).toBe(golden.compressed);
      expect([...decompressRle({ size: rle.size, counts: golden.compressed }).counts]).toEqual(golden.counts);
      expect(rleArea(rle)).toBe(golden.area);
      const [x0, y0, x1, y1] = rleBox(rle);
      if (golden.area) expect([x0, y0, x1 - x0 + 1, y1 - y0 + 1]).toEqual(golden.bbox);
      const rolled = decompressRle({ size: rle.size, counts: golden.rolled });
      if (golden.iou !== null) expect(rleIou(rle, rolled)).toBeCloseTo(golden.iou, 12);
    }
  });

  it("refuses strings that are damaged", () => {
    expect(() => decompressRle({ size: [7, 5], counts: "é" })).toThrow(InputError);
    expect(() => decompressRle({ size: [7, 5], counts: "`" })).toThrow(/cut off/);
    expect(() => decompressRle({ size: [7, 5], counts: "1" })).toThrow(/add up/);
    expect(() => decompressRle({ size: [7, 5], counts: "oooooooooo" })).toThrow(InputError);
  });
});

describe("removeSmallRegions", () => {
  /** Meta's steps on labels from the bitmap version of connected components. */
  function slow(
    bits: Uint8Array,
    width: number,
    height: number,
    threshold: number,
    mode: "holes" | "islands",
  ) {
    const working = mode === "holes" ? bits.map((bit) => 1 - bit) : bits;
    const { labels, areas, count } = connectedComponents(working, width, height);
    const all = Array.from({ length: count }, (_, i) => i + 1);
    const small = all.filter((label) => areas[label]! < threshold);
    if (small.length === 0) return { bits, changed: false };
    let fill = [0, ...small];
    if (mode === "islands") {
      fill = all.filter((label) => !small.includes(label));
      if (fill.length === 0)
        fill = [all.reduce((best, label) => (areas[label]! > areas[best]! ? label : best))];
    }
    return { bits: Uint8Array.from(labels, (label) => (fill.includes(label) ? 1 : 0)), changed: true };
  }

  it("does what Meta's remove_small_regions does", () => {
    for (let trial = 0; trial < 300; trial++) {
      const { width, height, bits } = someBitmap();
      const rle = rleFromBitmap(bits, width, height);
      const threshold = whole(12);
      for (const mode of ["holes", "islands"] as const) {
        const result = removeSmallRegions(rle, threshold, mode);
        const expected = slow(bits, width, height, threshold, mode);
        expect(result.changed).toBe(expected.changed);
        const areas = connectedComponents(bits, width, height).areas.slice(1);
        const tied = areas.filter((area) => area === Math.max(...areas)).length > 1;
        if (mode === "islands" && tied && Math.max(...areas) < threshold) {
          expect(rleArea(result.rle)).toBe(Math.max(...areas)); // any of the largest
        } else {
          expect(rleToBitmap(result.rle).data).toEqual(expected.bits);
        }
        checkRle(result.rle);
      }
    }
  });
});
