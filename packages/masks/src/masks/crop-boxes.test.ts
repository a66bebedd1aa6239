import { InputError } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { generateCropBoxes } from "./crop-boxes.js";

/** Smallest and largest x (axis 0) or y, to a thousandth: float32 keeps no more. */
const spread = (values: ArrayLike<number>, axis: 0 | 1) => {
  const side = Array.from(values).filter((_, i) => i % 2 === axis);
  return [Math.min(...side), Math.max(...side)].map((value) => Math.round(value * 1000) / 1000);
};

describe("generateCropBoxes", () => {
  it("covers a wide image from edge to edge by default", () => {
    const [whole] = generateCropBoxes([1080, 1920], { pointsPerCrop: 4 });
    expect(whole?.box).toEqual([0, 0, 1920, 1080]);
    expect(whole?.points.dims).toEqual([16, 2]);
    expect(spread(whole!.points.data, 1)).toEqual([128, 896]);
    expect(spread(whole!.imagePoints.data, 0)).toEqual([240, 1680]);
    expect(spread(whole!.imagePoints.data, 1)).toEqual([135, 945]);
    expect([...whole!.points.data.slice(0, 4)]).toEqual([128, 128, 384, 128]);
  });

  it("reaches only the top of a wide image with the reference's grid", () => {
    const [whole] = generateCropBoxes([1080, 1920], { pointsPerCrop: 4, pointGrid: "transformers" });
    expect(spread(whole!.points.data, 0)).toEqual([128, 896]);
    expect(spread(whole!.points.data, 1)).toEqual([72, 504]);
    expect(spread(whole!.imagePoints.data, 1)[1]).toBeCloseTo(1080 * (504 / 1024), 3);
  });

  it("divides layers into 4, 16, … overlapping crops with fewer points each", () => {
    const crops = generateCropBoxes([600, 900], {
      cropNLayers: 2,
      pointsPerCrop: 9,
      cropNPointsDownscaleFactor: 2,
    });
    expect(crops.map((crop) => crop.layer)).toEqual([0, ...Array(4).fill(1), ...Array(16).fill(2)]);
    expect(crops.slice(0, 5).map((crop) => crop.box)).toEqual([
      [0, 0, 900, 600],
      [0, 0, 552, 402],
      [0, 198, 552, 600],
      [348, 0, 900, 402],
      [348, 198, 900, 600],
    ]);
    expect([0, 1, 5].map((i) => crops[i]!.points.dims[0])).toEqual([81, 16, 4]);
    for (const { box, imagePoints } of crops) {
      const [left, right] = spread(imagePoints.data, 0);
      expect(left! - box[0]).toBeCloseTo(box[2] - right!, 2);
    }
  });

  it("leaves out crops without pixels and never asks for less than one point", () => {
    const crops = generateCropBoxes([2, 3], {
      cropNLayers: 3,
      pointsPerCrop: 2,
      cropNPointsDownscaleFactor: 10,
    });
    for (const { box, points } of crops) {
      expect(box[2]).toBeGreaterThan(box[0]);
      expect(box[3]).toBeGreaterThan(box[1]);
      expect(points.dims[0]).toBeGreaterThanOrEqual(1);
    }
  });

  it("refuses options outside their ranges", () => {
    expect(() => generateCropBoxes([0, 5])).toThrow(InputError);
    expect(() => generateCropBoxes([5, 5], { pointsPerCrop: 0 })).toThrow(/pointsPerCrop/);
    expect(() => generateCropBoxes([5, 5], { pointsPerCrop: 99_999 })).toThrow(/from 1 to 2048/);
    expect(() => generateCropBoxes(undefined as never)).toThrow(/image size: expected/);
    expect(() => generateCropBoxes([5, 5], { cropNLayers: 10 })).toThrow(/from 0 to 9, got 10/);
    expect(() => generateCropBoxes([5, 5], { overlapRatio: 1 })).toThrow(InputError);
    expect(() => generateCropBoxes([5, 5], { cropNPointsDownscaleFactor: 0.5 })).toThrow(InputError);
    expect(() => generateCropBoxes([5, 5], { pointGrid: "hex" as "image" })).toThrow(/pointGrid/);
  });
});
