import { InputError, Tensor } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { noiseBitmap, seeded } from "../masks/__fixtures__/random-masks.js";
import { Mask } from "../masks/mask.js";
import { rleFromBitmap } from "../masks/rle.js";
import { decompressRle } from "../masks/rle-string.js";
import { toCocoAnnotation, toCocoDataset, toCocoRle } from "./coco.js";
import { type GeoJsonPosition, toGeoJson, toGeoJsonFeature } from "./geojson.js";
import { toPolygons } from "./polygons.js";
import { toSvg, toSvgPath } from "./svg.js";
import { toYoloSegmentation } from "./yolo.js";

const mask = (facts: ConstructorParameters<typeof Mask>[1], ...rows: string[]) =>
  Mask.fromBitmap(
    new Tensor("uint8", Uint8Array.from(rows.join("").split("").map(Number)), [rows.length, rows[0]!.length]),
    facts,
  );
const ring = mask({ score: 0.9, stability: 0.8, point: [1, 0], crop: [0, 0, 4, 3] }, "1110", "1010", "1110");
const dots = mask({}, "1001", "0000", "0000");
const empty = mask({}, "0000", "0000", "0000");

describe("SVG", () => {
  it("writes a path of horizontal and vertical lines, with holes", () => {
    expect(toSvgPath(mask({}, "01"))).toBe("M2 0V1H1V0Z");
    expect(toSvgPath(ring).match(/[MZ]/g)).toHaveLength(4);
    expect(toSvgPath(ring)).toMatch(/^(M\d \d([HV]\d)+Z){2}$/);
    expect(toSvgPath(empty)).toBe("");
  });

  it("writes a document with one path per mask that has pixels, and escapes what it is given", () => {
    const svg = toSvg([dots, ring, empty], [3, 4], {
      titles: ["<a> & b", "ring", ""],
      image: 'x".png',
      colors: ["red", '"', "blue"],
    });
    expect(svg).toContain('viewBox="0 0 4 3"');
    expect(svg).toContain('<image href="x&quot;.png" width="4" height="3"/>');
    expect(svg).toContain("<title>&lt;a&gt; &amp; b</title>");
    expect(svg.match(/<path/g)).toHaveLength(2);
    expect(svg.indexOf("mask-1")).toBeLessThan(svg.indexOf("mask-0")); // the larger lies below
    expect(() => toSvg([dots], [4, 3])).toThrow(InputError);
    const hostile = toSvg([dots], [3, 4], { titles: ["a\u0000\u001b[2J\ud800<b>\ufffe\u{1f40e}"] });
    expect(hostile).toContain("<title>a[2J&lt;b&gt;\u{1f40e}</title>");
  });
});

describe("GeoJSON", () => {
  const area = (positions: GeoJsonPosition[]) =>
    positions.slice(1).reduce((sum, [x, y], i) => sum + (positions[i]![0] * y - x * positions[i]![1]) / 2, 0);

  it("closes its rings and turns them as RFC 7946 wants, whichever way the map's y axis points", () => {
    for (const geotransform of [undefined, [0.5, 0, 100, 0, -0.5, 50], [0, 2, 7, 2, 0, 9]] as const) {
      const { geometry, properties } = toGeoJsonFeature(ring, { geotransform });
      expect(properties).toEqual({ score: 0.9, stability: 0.8, area: 8 });
      if (geometry?.type !== "Polygon") return expect.unreachable();
      const scale = geotransform
        ? Math.abs(geotransform[0] * geotransform[4] - geotransform[1] * geotransform[3])
        : 1;
      expect(geometry.coordinates.map(area)).toEqual([9 * scale, -1 * scale]);
      for (const positions of geometry.coordinates) expect(positions.at(-1)).toEqual(positions[0]);
    }
  });

  it("applies a geotransform to pixel corners", () => {
    const { geometry } = toGeoJsonFeature(mask({}, "1"), { geotransform: [0.5, 0, 100, 0, -0.5, 50] });
    expect(new Set(geometry!.coordinates.flat().map(String))).toEqual(
      new Set(["100,50", "100.5,50", "100.5,49.5", "100,49.5"]),
    );
  });

  it("numbers features, writes several parts as one MultiPolygon and an empty mask without geometry", () => {
    const { features } = toGeoJson([ring, dots, empty]);
    expect(features.map(({ id, geometry }) => [id, geometry?.type])).toEqual([
      [0, "Polygon"],
      [1, "MultiPolygon"],
      [2, undefined],
    ]);
  });
});

describe("COCO", () => {
  it("writes compressed and uncompressed run lengths", () => {
    expect(toCocoRle(ring, "uncompressed")).toEqual({ size: [3, 4], counts: [0, 4, 1, 4, 3] });
    expect([...decompressRle(toCocoRle(ring)).counts]).toEqual([0, 4, 1, 4, 3]);
  });

  it("writes boxes as x, y, width, height and the facts of a mask under SA-1B's names", () => {
    const annotation = toCocoAnnotation(ring, { id: 3, imageId: 2, categoryId: 1 });
    expect(annotation).toEqual({
      id: 3,
      image_id: 2,
      category_id: 1,
      segmentation: toCocoRle(ring),
      area: 8,
      bbox: [0, 0, 3, 3],
      iscrowd: 0,
      score: 0.9,
      predicted_iou: 0.9,
      stability_score: 0.8,
      point_coords: [[1, 0]],
      crop_box: [0, 0, 4, 3],
    });
    expect(toCocoAnnotation(empty, { id: 1, imageId: 1, categoryId: 1 }).bbox).toEqual([0, 0, 0, 0]);
  });

  it("keeps scores within 0 to 1, and that an object is seen apart from the quality of its mask", () => {
    const ids = { id: 1, imageId: 1, categoryId: 1 };
    const annotation = toCocoAnnotation(new Mask(ring, { score: 1.02, objectScore: 0.7 }), ids);
    expect(annotation).toMatchObject({ score: 1, predicted_iou: 1, object_score: 0.7 });
  });

  it("writes polygons only for masks without holes", () => {
    const ids = { id: 1, imageId: 1, categoryId: 1 };
    expect(toCocoAnnotation(dots, ids, { segmentation: "polygon" }).segmentation).toHaveLength(2);
    expect(toCocoAnnotation(ring, ids, { segmentation: "polygon" }).segmentation).toEqual(toCocoRle(ring));
  });

  it("numbers images, annotations and categories of a dataset from 1", () => {
    const dataset = toCocoDataset(
      [
        { fileName: "a.jpg", size: [3, 4], masks: [ring, dots], categories: [1, 0], names: ["big", ""] },
        { fileName: "b.jpg", size: [3, 4], masks: [dots] },
      ],
      { categories: ["dot", "ring"] },
    );
    expect(dataset.images).toEqual([
      { id: 1, file_name: "a.jpg", width: 4, height: 3 },
      { id: 2, file_name: "b.jpg", width: 4, height: 3 },
    ]);
    expect(dataset.annotations.map((a) => [a.id, a.image_id, a.category_id])).toEqual([
      [1, 1, 2],
      [2, 1, 1],
      [3, 2, 1],
    ]);
    expect(dataset.annotations.map(({ attributes }) => attributes)).toEqual([
      { name: "big" },
      undefined,
      undefined,
    ]);
    expect(dataset.categories.map(({ id, name }) => [id, name])).toEqual([
      [1, "dot"],
      [2, "ring"],
    ]);
  });
});

describe("YOLO", () => {
  it("writes one line per mask that has pixels, in shares of width and height", () => {
    expect(toYoloSegmentation([mask({}, "0100"), empty], { classes: [7, 0] })).toMatch(
      /^7( (0\.25|0\.5|0|1)){8}\n$/,
    );
  });

  it("joins parts and holes to one ring that fills the same pixels", () => {
    const random = seeded(7);
    for (let trial = 0; trial < 60; trial++) {
      const [width, height] = [1 + Math.floor(random() * 10), 1 + Math.floor(random() * 10)];
      const bits = noiseBitmap(random, width, height, random());
      const line = toYoloSegmentation([rleFromBitmap(bits, width, height)], { tolerance: 0 });
      const values = line.trim().split(" ").slice(1).map(Number);
      const filled = bits.map((_, i) => {
        const [x, y] = [(i % width) + 0.5, Math.floor(i / width) + 0.5];
        let crossings = 0;
        for (let k = 0, j = values.length - 2; k < values.length; j = k, k += 2) {
          const [ax, ay] = [values[j]! * width, values[j + 1]! * height];
          const [bx, by] = [values[k]! * width, values[k + 1]! * height];
          if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) crossings++;
        }
        return crossings % 2;
      });
      expect(filled).toEqual(bits);
    }
  });

  it("simplifies by default", () => {
    const bits = Uint8Array.from({ length: 10000 }, (_, i) =>
      Math.hypot((i % 100) - 50, i / 100 - 50) < 40 ? 1 : 0,
    );
    const circle = rleFromBitmap(bits, 100, 100);
    const count = toYoloSegmentation([circle]).split(" ").length;
    expect(count).toBeLessThan(toPolygons(circle)[0]!.outer.length / 4);
  });
});
