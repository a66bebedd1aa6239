import { InputError, UnsupportedError } from "@sam2js/core";
import { expect, it } from "vitest";
import { rleFromBitmap } from "../masks/rle.js";
import { toCvatXml } from "./cvat-xml.js";
import { toClassMapPng } from "./png.js";
import { splitNames } from "./split.js";
import { toVoc, toVocObjectPngs } from "./voc.js";
import { toYoloDataYaml } from "./yolo.js";

/** A rectangle of a 6 x 4 image (width x height). */
function rectangle(x0: number, y0: number, x1: number, y1: number) {
  const bits = Array.from({ length: 24 }, (_, i) => {
    const [x, y] = [i % 6, Math.floor(i / 6)];
    return x >= x0 && x <= x1 && y >= y0 && y <= y1 ? 1 : 0;
  });
  return rleFromBitmap(bits, 6, 4);
}

const masks = [rectangle(1, 1, 2, 2), rectangle(2, 0, 5, 3), rleFromBitmap(new Array(24).fill(0), 6, 4)];
const image = { fileName: 'a "b" <c>.jpg', size: [4, 6] as const, masks, categories: [1, 0, 0] };
const classes = ["cat & dog", "mug"];

it("Pascal VOC has boxes whose pixels count from 1, and says what the border of the image cuts", () => {
  const xml = toVoc(image, classes);
  expect(xml).toContain("<filename>a &quot;b&quot; &lt;c&gt;.jpg</filename>");
  expect(xml).toContain("<size><width>6</width><height>4</height><depth>3</depth></size>");
  const objects = [
    ...xml.matchAll(/<name>(.*)<\/name>[\s\S]*?<truncated>(.)<[\s\S]*?<bndbox>(.*)<\/bndbox>/g),
  ];
  expect(objects.map(([, name, isCut, box]) => [name, isCut, box?.replace(/\D+/g, " ").trim()])).toEqual([
    ["mug", "0", "2 2 3 3"],
    ["cat &amp; dog", "1", "3 1 6 4"],
  ]);
});

it("Pascal VOC's masks of objects have the colours of its own palette, 254 to a map", () => {
  const maps = toVocObjectPngs(
    Array.from({ length: 300 }, () => rectangle(1, 1, 2, 2)),
    [4, 6],
  );
  expect(maps.map(({ palette = [] }) => palette.length / 3)).toEqual([255, 47]);
  // By `generate_colormap` of datumaro 1.13.12.
  const color = (index: number) => Array.from(maps[0]?.palette?.slice(3 * index, 3 * index + 3) ?? []);
  expect([0, 1, 2, 3, 7, 8, 64, 254].map(color)).toEqual([
    [0, 0, 0],
    [128, 0, 0],
    [0, 128, 0],
    [128, 128, 0],
    [128, 128, 128],
    [64, 0, 0],
    [32, 0, 0],
    [96, 224, 192],
  ]);
});

it("CVAT's XML has run lengths row by row within the mask's box", () => {
  const xml = toCvatXml([image, { ...image, masks: [], categories: [] }], classes);
  expect([...xml.matchAll(/<label><name>(.*?)<\/name>/g)].map(([, name]) => name)).toEqual([
    "cat &amp; dog",
    "mug",
  ]);
  expect([...xml.matchAll(/<image id="(\d)" .*? width="6" height="4">/g)].map(([, id]) => id)).toEqual([
    "0",
    "1",
  ]);
  expect(
    [...xml.matchAll(/<mask label="(.*?)".*?rle="(.*?)" (.*?) z_order/g)].map((found) => found.slice(1)),
  ).toEqual([
    ["mug", "0, 4", 'left="1" top="1" width="2" height="2"'],
    ["cat &amp; dog", "0, 16", 'left="2" top="0" width="4" height="4"'],
  ]);
});

it("a class map has the classes' numbers from 1, the smaller mask on top", () => {
  const png = toClassMapPng(masks, [1, 0, 0], [4, 6]);
  expect([...png.data.slice(6, 12)]).toEqual([0, 2, 2, 1, 1, 1]);
  expect(png.palette).toHaveLength(9);
  expect(() => toClassMapPng(masks, [0, 255, 0], [4, 6])).toThrow(UnsupportedError);
});

it("data.yaml keeps the classes' numbers, whatever they are called", () => {
  expect(toYoloDataYaml(["cat: 1", "mug"], { val: "images/train" })).toBe(
    'path: .\ntrain: "images/train"\nval: "images/train"\nnames:\n  0: "cat: 1"\n  1: "mug"\n',
  );
});

it("a file stays on its side of the split when others are added", () => {
  const names = Array.from({ length: 1000 }, (_, i) => `IMG_${i}.jpg`);
  const split = splitNames(names, 0.2);
  const count = split.filter(Boolean).length;
  expect(count).toBeGreaterThan(160);
  expect(count).toBeLessThan(240);
  expect(splitNames(names.slice(0, 500), 0.2)).toEqual(split.slice(0, 500));
});

it("a split of a few files has at least one on each side", () => {
  for (const share of [0.01, 0.99]) expect(new Set(splitNames(["a", "b"], share)).size).toBe(2);
  expect(splitNames(["a", "b"], 0)).toEqual([false, false]);
  expect(() => splitNames(["a"], 2)).toThrow(InputError);
});
