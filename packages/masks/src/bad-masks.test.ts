import { InputError, ShapeError } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import type { Rle } from "./index.js";
import * as masks from "./index.js";

const mask = new masks.Mask({ size: [4, 4], counts: [4, 12] });
const image = { data: new Uint8Array(48), width: 4, height: 4, channels: 3 } as const;
const ids = { id: 1, imageId: 1, categoryId: 1 };
const size = [4, 4] as const;
const labelled = (rle: Rle, categories = [0]) => ({ fileName: "a.png", size, masks: [rle], categories });

/** Every public function that reads run lengths. */
const READERS: Readonly<Record<string, (rle: Rle) => unknown>> = {
  Mask: (rle) => new masks.Mask(rle),
  cleanMasks: (rle) => masks.cleanMasks([rle as masks.Mask], 2),
  combineRle: (rle) => masks.combineRle(mask, rle, "or"),
  compressRle: masks.compressRle,
  cropRle: (rle) => masks.cropRle(rle, [0, 0, 2, 2]),
  drawOverlay: (rle) => masks.drawOverlay(image, [rle]),
  erodeRle: (rle) => masks.erodeRle(rle, 1),
  invertRle: masks.invertRle,
  mainSubject: (rle) => masks.mainSubject([rle as masks.Mask]),
  outlineRle: (rle) => masks.outlineRle(rle, 1),
  padRle: (rle) => masks.padRle(rle, 1, 1, [6, 6]),
  paintRle: (rle) => masks.paintRle(rle, new Uint8Array(16)),
  postProcessForMaskGeneration: (rle) => masks.postProcessForMaskGeneration([rle as masks.Mask]),
  removeSmallRegions: (rle) => masks.removeSmallRegions(rle, 2, "holes"),
  rleArea: masks.rleArea,
  rleBox: masks.rleBox,
  rleIou: (rle) => masks.rleIou(rle, mask),
  rleToBitmap: masks.rleToBitmap,
  toClassMapPng: (rle) => masks.toClassMapPng([rle], [0], size),
  toCocoAnnotation: (rle) => masks.toCocoAnnotation(rle, ids),
  toCocoDataset: (rle) => masks.toCocoDataset([{ fileName: "a.png", size, masks: [rle] }]),
  toCocoRle: (rle) => masks.toCocoRle(rle, "uncompressed"),
  toCutOut: (rle) => masks.toCutOut(image, rle),
  toCvatMask: masks.toCvatMask,
  toCvatXml: (rle) => masks.toCvatXml([labelled(rle)], ["cat"]),
  toGeoJson: (rle) => masks.toGeoJson([rle]),
  toGeoJsonFeature: (rle) => masks.toGeoJsonFeature(rle),
  toLabelMap: (rle) => masks.toLabelMap([rle], size),
  toLabelMapPng: (rle) => masks.toLabelMapPng([rle], size),
  toLabelMapPngs: (rle) => masks.toLabelMapPngs([rle], size),
  toLabelStudioResults: (rle) => masks.toLabelStudioResults([rle]),
  toLabelStudioRle: masks.toLabelStudioRle,
  toMaskPng: masks.toMaskPng,
  toMot: (rle) => masks.toMot([{ index: 0, masks: [rle] }]),
  toPolygons: (rle) => masks.toPolygons(rle),
  toSvg: (rle) => masks.toSvg([rle], size),
  toSvgPath: (rle) => masks.toSvgPath(rle),
  toVideoCoco: (rle) => masks.toVideoCoco([{ index: 0, fileName: "0.jpg", masks: [rle] }], size, ["cat"]),
  toVoc: (rle) => masks.toVoc(labelled(rle), ["cat"]),
  toVocObjectPngs: (rle) => masks.toVocObjectPngs([rle], size),
  toYoloSegmentation: (rle) => masks.toYoloSegmentation([rle]),
};

const BAD: Readonly<Record<string, unknown>> = {
  "counts beyond the size": { size, counts: [0, 1000] },
  "counts short of it": { size, counts: [2, 3] },
  "a negative count": { size, counts: [20, -4] },
  "a fraction": { size, counts: [1.5, 14.5] },
  "no number": { size, counts: [Number.NaN, 16] },
  "COCO's text": { size, counts: "04" },
  "a size of text": { size: ["4", "4"], counts: [4, 12] },
  "no counts": { size },
  nothing: null,
  "a number": 5,
};

describe.each(Object.entries(BAD))("run lengths with %s", (_, bad) => {
  it.each(Object.keys(READERS).filter((name) => bad !== null || !["toMot", "toVideoCoco"].includes(name)))(
    "are refused by %s",
    (name) => {
      expect(() => READERS[name]?.(bad as Rle)).toThrow(InputError);
    },
  );
});

it("lists of masks are lists", () => {
  const none = null as never;
  for (const write of [
    masks.toGeoJson,
    masks.toYoloSegmentation,
    masks.toLabelStudioResults,
    masks.mainSubject,
  ]) {
    expect(() => write(none)).toThrow(/^masks: expected a list of masks, got null/);
  }
});

it("a mask of another size than its image's is in no file", () => {
  const other = new masks.Mask({ size: [2, 8], counts: [4, 12] });
  for (const name of ["toCocoDataset", "toCvatXml", "toVideoCoco", "toVoc"]) {
    expect(() => READERS[name]?.(other)).toThrow(/^masks\[0\]: expected a mask of \[4, 4\]/);
  }
});

it("no mask falls silently into another class, or gets another's name", () => {
  for (const categories of [[1], [-1], [0.5], []]) {
    expect(() => masks.toVoc(labelled(mask, categories), ["cat"])).toThrow(/^classes/);
    expect(() => masks.toCvatXml([labelled(mask, categories)], ["cat"])).toThrow(/^classes/);
    expect(() => masks.toCocoDataset([labelled(mask, categories)])).toThrow(/^classes/);
  }
  expect(() => masks.toYoloSegmentation([mask], { classes: [0, 1] })).toThrow(/^classes/);
  expect(() => masks.toClassMapPng([mask, mask], [1], size)).toThrow(/^classes/);
  expect(() => masks.toLabelStudioResults([mask], { labels: [] })).toThrow(/^labels/);
  expect(() => masks.toCocoDataset([{ fileName: "a", size, masks: [mask], names: [] }])).toThrow(/^names/);
  expect(() => masks.toSvg([mask], size, { titles: [] })).toThrow(/^titles/);
});

it("a bitmap to paint on has the mask's size", () => {
  expect(() => masks.paintRle(mask, new Uint8Array(15))).toThrow(ShapeError);
});

it("a wild number of a class fills no memory", () => {
  expect(() => masks.readYoloNames("names:\n  4000000000: cat\n")).toThrow(/^names: .* below 65536/);
});
