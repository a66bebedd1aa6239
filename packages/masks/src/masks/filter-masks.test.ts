import { ShapeError, Tensor } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { blobLogits, seeded } from "./__fixtures__/random-masks.js";
import { cleanMasks } from "./clean-masks.js";
import { filterMasks, isBoxNearCropEdge, postProcessForMaskGeneration } from "./filter-masks.js";
import { Mask } from "./mask.js";
import { nonMaxSuppression } from "./non-max-suppression.js";
import { rleFromBitmap } from "./rle.js";
import type { MaskBox } from "./run-lengths.js";
import { planUpsample, upsampleLogits } from "./upsample-logits.js";

const random = seeded(5);
const whole = (limit: number) => Math.floor(random() * limit);

interface Kept {
  score: number;
  box: number[];
  counts: number[];
}

/** The reference's steps on full-size logits. */
function slowFilter(
  masks: Float32Array[],
  scores: number[],
  from: [number, number],
  size: [number, number],
  crop: [number, number, number, number],
  thresholds: { iou: number; stability: number; mask: number; offset: number },
): Kept[] {
  const [cropWidth, cropHeight] = [crop[2] - crop[0], crop[3] - crop[1]];
  const kept: Kept[] = [];
  masks.forEach((low, index) => {
    const dense = upsampleLogits(low, planUpsample(from, [cropHeight, cropWidth]));
    const above = (threshold: number) => dense.filter((value) => value > threshold).length;
    if (scores[index]! <= thresholds.iou) return;
    const { mask: threshold, offset } = thresholds;
    if (!(above(threshold + offset) / above(threshold - offset) > thresholds.stability)) return;
    const bits = new Uint8Array(size[0] * size[1]);
    let box = [Infinity, Infinity, -1, -1];
    for (let y = 0; y < cropHeight; y++) {
      for (let x = 0; x < cropWidth; x++) {
        if (!(dense[y * cropWidth + x]! > threshold)) continue;
        const [u, v] = [x + crop[0], y + crop[1]];
        bits[v * size[1] + u] = 1;
        box = [Math.min(box[0]!, u), Math.min(box[1]!, v), Math.max(box[2]!, u), Math.max(box[3]!, v)];
      }
    }
    if (box[2] === -1) box = [crop[0], crop[1], crop[0], crop[1]];
    const image = [0, 0, size[1], size[0]];
    if (box.some((side, i) => Math.abs(side - crop[i]!) <= 20 && Math.abs(side - image[i]!) > 20)) return;
    kept.push({ score: scores[index]!, box, counts: [...rleFromBitmap(bits, size[1], size[0]).counts] });
  });
  return kept;
}

describe("filterMasks", () => {
  it("gives an empty mask, which thresholds of 0 keep, the corner of its crop as a box, as the reference does", () => {
    const options = { originalSize: [40, 30], predIouThresh: 0, stabilityScoreThresh: 0 } as const;
    const none = new Tensor("float32", new Float32Array(4).fill(-9), [2, 2]);
    const score = new Tensor("float32", Float32Array.of(0.5), [1]);
    const boxes = (
      [
        [0, 0, 30, 40],
        [15, 6, 30, 40],
      ] as const
    ).map((cropBox) => filterMasks(none, score, { ...options, cropBox })[0]?.box);
    expect(boxes).toEqual([
      [0, 0, 0, 0],
      [15, 6, 15, 6],
    ]);
  });

  it("keeps what the reference's steps on full-size logits keep, with crops and without", () => {
    let total = 0;
    for (let trial = 0; trial < 40; trial++) {
      const from: [number, number] = [16, 16];
      const size: [number, number] = [60 + whole(200), 60 + whole(200)];
      const [left, top] = trial % 2 ? [0, 0] : [whole(size[1] / 2), whole(size[0] / 2)];
      const right = trial % 2 ? size[1] : left + 30 + whole(size[1] - left - 30);
      const bottom = trial % 2 ? size[0] : top + 30 + whole(size[0] - top - 30);
      const masks = Array.from({ length: 6 }, () => blobLogits(random, 16, 16, 1));
      const scores = masks.map(() => Math.fround(random()));
      const thresholds = { iou: 0.2, stability: 0.6, mask: [0, 0.5, -1][trial % 3]!, offset: 1 };
      const crop: [number, number, number, number] = [left, top, right, bottom];
      const expected = slowFilter(masks, scores, from, size, crop, thresholds);
      total += expected.length;
      const tensor = new Tensor(
        "float32",
        Float32Array.from(masks.flatMap((mask) => [...mask])),
        [2, 3, 16, 16],
      );
      const result = filterMasks(tensor, new Tensor("float32", Float32Array.from(scores), [2, 3]), {
        originalSize: size,
        cropBox: crop,
        predIouThresh: thresholds.iou,
        stabilityScoreThresh: thresholds.stability,
        maskThreshold: thresholds.mask,
        pointOf: (index) => [index, 0],
      });
      const plain = result.map(({ score, box, counts }) => ({ score, box: [...box], counts: [...counts] }));
      expect(plain).toEqual(expected);
      for (const mask of result) {
        expect(mask.crop).toEqual(crop);
        expect(mask.score).toBe(scores[mask.point![0]]);
        expect(mask.stability).toBeGreaterThan(0.6);
      }
    }
    expect(total).toBeGreaterThan(30);
  });

  it("cleans holes and sprinkles of the low-resolution logits first and leaves the input as it is", () => {
    const logits = new Float32Array(16 * 16).fill(-5);
    for (let y = 4; y < 12; y++) logits.fill(5, y * 16 + 4, y * 16 + 12);
    logits[8 * 16 + 8] = -5;
    logits[1] = 5;
    const before = logits.slice();
    const masks = new Tensor("float32", logits, [1, 1, 16, 16]);
    const scores = new Tensor("float32", Float32Array.of(0.9), [1, 1]);
    const [raw] = filterMasks(masks, scores, { originalSize: [16, 16], stabilityScoreThresh: 0 });
    const [clean] = filterMasks(masks, scores, {
      originalSize: [16, 16],
      stabilityScoreThresh: 0,
      maxHoleArea: 1,
      maxSprinkleArea: 1,
    });
    expect(raw?.area).toBe(64);
    expect(clean?.area).toBe(64);
    expect(raw?.box).toEqual([1, 0, 11, 11]);
    expect(clean?.box).toEqual([4, 4, 11, 11]);
    expect(logits).toEqual(before);
  });

  it("refuses scores that are not one per mask", () => {
    const scores = new Tensor("float32", new Float32Array(2), [2]);
    const masks = new Tensor("float32", new Float32Array(9), [1, 3, 3]);
    expect(() => filterMasks(masks, scores, { originalSize: [3, 3] })).toThrow(ShapeError);
  });
});

describe("isBoxNearCropEdge", () => {
  it("spares edges of the crop that are edges of the image", () => {
    expect(isBoxNearCropEdge([0, 30, 50, 60], [0, 0, 100, 100], [200, 200])).toBe(false);
    expect(isBoxNearCropEdge([30, 30, 80, 60], [0, 0, 100, 100], [200, 200])).toBe(true);
    expect(isBoxNearCropEdge([30, 30, 79, 60], [0, 0, 100, 100], [200, 200])).toBe(false);
    expect(isBoxNearCropEdge([20, 30, 60, 60], [100, 100, 200, 200], [200, 200])).toBe(true);
    expect(isBoxNearCropEdge([21, 30, 99, 99], [100, 100, 200, 200], [200, 200])).toBe(false);
  });
});

describe("nonMaxSuppression", () => {
  it("equals the obvious version and keeps equal scores in order", () => {
    for (let trial = 0; trial < 200; trial++) {
      const boxes = Array.from({ length: whole(30) }, (): MaskBox => {
        const [x, y] = [whole(20), whole(20)];
        return [x, y, x + whole(20), y + whole(20)];
      });
      const scores = boxes.map(() => whole(5) / 5);
      const alive = boxes.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
      const expected: number[] = [];
      for (let best = alive.shift(); best !== undefined; best = alive.shift()) {
        expected.push(best);
        const [a0, b0, a1, b1] = boxes[best]!;
        for (let i = alive.length - 1; i >= 0; i--) {
          const [c0, d0, c1, d1] = boxes[alive[i]!]!;
          const shared =
            Math.max(0, Math.min(a1, c1) - Math.max(a0, c0)) *
            Math.max(0, Math.min(b1, d1) - Math.max(b0, d0));
          const union = (a1 - a0) * (b1 - b0) + (c1 - c0) * (d1 - d0) - shared;
          if (shared / union > 0.5) alive.splice(i, 1);
        }
      }
      expect(nonMaxSuppression(boxes, scores, 0.5)).toEqual(expected);
    }
  });

  it("keeps a box whose overlap is exactly the threshold, also where float32 rounds the threshold up", () => {
    const boxes: MaskBox[] = [
      [0, 0, 5, 4],
      [0, 0, 3, 2], // 6 of 20 pixels
    ];
    expect(nonMaxSuppression(boxes, [0.9, 0.8], 0.3)).toEqual([0, 1]);
    expect(nonMaxSuppression(boxes, [0.9, 0.8], 0.29)).toEqual([0]);
  });
});

describe("masks after the network", () => {
  const square = (x0: number, y0: number, side: number, extra: [number, number][] = []) => {
    const bits = new Uint8Array(40 * 40);
    for (let y = y0; y < y0 + side; y++) bits.fill(1, y * 40 + x0, y * 40 + x0 + side);
    for (const [x, y] of extra) bits[y * 40 + x] = 1 - bits[y * 40 + x]!;
    return new Tensor("uint8", bits, [40, 40]);
  };

  it("postProcessForMaskGeneration drops the worse of two masks with nearly one box", () => {
    const masks = [square(5, 5, 10), square(5, 5, 11), square(25, 25, 10)].map((bitmap, i) =>
      Mask.fromBitmap(bitmap, { score: 0.9 + 0.01 * i }),
    );
    expect(postProcessForMaskGeneration(masks).map(({ score }) => score)).toEqual([0.92, 0.91]);
  });

  it("cleanMasks cleans, and prefers of two equal boxes the mask that was clean", () => {
    const dirty = Mask.fromBitmap(
      square(5, 5, 10, [
        [8, 8],
        [30, 30],
      ]),
      { score: 0.9 },
    );
    const clean = Mask.fromBitmap(square(5, 5, 10), { score: 0.8 });
    expect(cleanMasks([dirty, clean], 4)).toEqual([clean]);
    const [alone] = cleanMasks([dirty], 4);
    expect(alone?.counts).toEqual(clean.counts);
    expect(alone?.score).toBe(0.9);
    expect(cleanMasks([dirty], 0)).toEqual([dirty]);
  });
});
