import { InputError, Tensor } from "@sam2js/core";
import { expect, it } from "vitest";
import * as masks from "./index.js";

const mask = new masks.Mask({ size: [2, 2], counts: [1, 2, 1] });
const image = { data: new Uint8Array(12), width: 2, height: 2, channels: 3 } as const;
const logits = new Tensor("float32", new Float32Array(4), [2, 2]);
const unknown = { Tolerance: 1 } as never;

it.each<[string, () => unknown]>([
  ["toPolygons", () => masks.toPolygons(mask, unknown)],
  ["toSvg", () => masks.toSvg([mask], [2, 2], unknown)],
  ["toSvgPath", () => masks.toSvgPath(mask, unknown)],
  ["toYoloSegmentation", () => masks.toYoloSegmentation([mask], unknown)],
  ["toYoloDataYaml", () => masks.toYoloDataYaml([], unknown)],
  ["toCocoAnnotation", () => masks.toCocoAnnotation(mask, { id: 1, imageId: 1, categoryId: 1 }, unknown)],
  ["toCocoDataset", () => masks.toCocoDataset([], unknown)],
  ["toVideoCoco", () => masks.toVideoCoco([], [2, 2], [], unknown)],
  ["toLabelStudioResults", () => masks.toLabelStudioResults([mask], unknown)],
  ["toGeoJson", () => masks.toGeoJson([], unknown)],
  ["toGeoJsonFeature", () => masks.toGeoJsonFeature(mask, unknown)],
  ["drawOverlay", () => masks.drawOverlay(image, [], unknown)],
  ["toCutOut", () => masks.toCutOut(image, mask, unknown)],
  ["toNpy", () => masks.toNpy(logits, unknown)],
  ["generateCropBoxes", () => masks.generateCropBoxes([2, 2], unknown)],
  ["filterMasks", () => masks.filterMasks(logits, logits, { originalSize: [2, 2], ...(unknown as object) })],
  ["cleanLogits", () => masks.cleanLogits(logits.data, 2, 2, unknown)],
  ["Mask.fromLogits", () => masks.Mask.fromLogits(logits, [2, 2], unknown)],
])("%s refuses an option that it does not know", (_, run) => {
  expect(run).toThrow(InputError);
  expect(run).toThrow(/Tolerance/);
});

it("cutOut refuses an option that it does not know", async () => {
  await expect(masks.cutOut(image, mask, unknown)).rejects.toThrow(/Tolerance/);
});

it("readDataSet refuses an option that it does not know", async () => {
  await expect(masks.readDataSet([], unknown)).rejects.toThrow(/Tolerance/);
});
