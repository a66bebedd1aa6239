import { Tensor } from "@sam2js/core";
import { type GoldenCase, type GoldenTensor, loadGolden } from "@sam2js/reference";
import { describe, expect, it } from "vitest";
import { generateCropBoxes } from "./crop-boxes.js";
import { filterMasks } from "./filter-masks.js";
import { nonMaxSuppression } from "./non-max-suppression.js";
import { rleFromBitmap, rleToBitmap } from "./rle.js";
import type { MaskBox } from "./run-lengths.js";

const golden = loadGolden("generate");

const casesOf = (kind: string): [string, GoldenCase][] => {
  const found = Object.entries(golden.cases).filter(([, value]) => value.kind === kind);
  expect(found.length).toBeGreaterThan(3);
  return found;
};
const floats = (tensor: GoldenTensor) => new Tensor("float32", Float32Array.from(tensor.data), tensor.dims);
const fours = (tensor: GoldenTensor): MaskBox[] =>
  Array.from({ length: tensor.data.length / 4 }, (_, i) => {
    const [x0, y0, x1, y1] = tensor.data.slice(4 * i, 4 * i + 4);
    return [x0!, y0!, x1!, y1!];
  });

describe("mask generation against the reference's own functions", () => {
  it("divides images into its crops with its points, float for float", () => {
    for (const [name, { options, outputs }] of casesOf("crop_boxes")) {
      const crops = generateCropBoxes([Number(options!.height), Number(options!.width)], {
        targetSize: Number(options!.target_size),
        cropNLayers: Number(options!.crop_n_layers),
        overlapRatio: Number(options!.overlap_ratio),
        pointsPerCrop: Number(options!.points_per_crop),
        pointGrid: "transformers",
      });
      expect(
        crops.map((crop) => crop.box),
        name,
      ).toEqual(fours(golden.resolveTensor(outputs!.crop_boxes)));
      const points = golden.resolveTensor(outputs!.points_per_crop); // [1, points, crops, 2]
      const count = points.dims[1]!;
      const ours = new Float32Array(points.data.length);
      crops.forEach((crop, c) => {
        expect(crop.points.dims, name).toEqual([count, 2]);
        for (let p = 0; p < count; p++) {
          ours.set(crop.points.data.subarray(2 * p, 2 * p + 2), 2 * (p * crops.length + c));
        }
      });
      expect(ours, name).toEqual(points.data);
    }
  });

  it("keeps its masks with its scores, boxes and run lengths", () => {
    for (const [name, { inputs, options, outputs, rles }] of casesOf("filter_masks")) {
      const [height, width] = options!.original_size as [number, number];
      const kept = filterMasks(
        floats(golden.resolveTensor(inputs!.masks)),
        floats(golden.resolveTensor(inputs!.iou_scores)),
        {
          originalSize: [height, width],
          cropBox: options!.cropped_box_image as [number, number, number, number],
          predIouThresh: options!.pred_iou_thresh as number,
          stabilityScoreThresh: options!.stability_score_thresh as number,
          maskThreshold: options!.mask_threshold as number | undefined,
          stabilityScoreOffset: options!.stability_score_offset as number | undefined,
        },
      );
      expect(
        kept.map((mask) => ({ size: mask.size, counts: [...mask.counts] })),
        name,
      ).toEqual(rles ?? []);
      expect(
        kept.map((mask) => mask.score),
        name,
      ).toEqual([...golden.resolveTensor(outputs!.scores).data]);
      expect(
        kept.map((mask) => mask.box),
        name,
      ).toEqual(fours(golden.resolveTensor(outputs!.boxes)));
    }
  });

  it("encodes bitmaps to its run lengths, and back", () => {
    for (const [name, { inputs, rles }] of casesOf("mask_to_rle")) {
      const { data, dims } = golden.resolveTensor(inputs!.masks);
      const [, height, width] = [dims[0]!, dims[1]!, dims[2]!];
      rles!.forEach((expected, i) => {
        const bits = data.slice(i * height * width, (i + 1) * height * width);
        const { size, counts } = rleFromBitmap(bits, width, height);
        expect({ size, counts: [...counts] }, name).toEqual(expected);
        expect([...rleToBitmap(expected).data], name).toEqual([...bits]);
      });
    }
  });

  it("suppresses the boxes that it suppresses, in its order", () => {
    for (const [name, { inputs, options, outputs }] of casesOf("nms")) {
      const kept = nonMaxSuppression(
        fours(golden.resolveTensor(inputs!.boxes)),
        golden.resolveTensor(inputs!.scores).data,
        options!.threshold as number,
      );
      expect(kept, name).toEqual([...golden.resolveTensor(outputs!.keep).data]);
    }
  });
});
