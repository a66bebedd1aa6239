import { combineRle, compressRle, type Rle, rleFromBitmap, rleIou } from "@sam2js/masks";
import { describe, expect, it } from "vitest";
import type { ExportFormat, ExportItem, ExportRequest } from "../../protocol/engine.js";
import type { ImportRequest } from "../../protocol/labels.js";
import { exportFile } from "../exports/export-file.js";
import { importLabels } from "./import-labels.js";

const [WIDTH, HEIGHT] = [60, 40];
/** A ring, two parts of one object, and a block, that do not overlap. */
const RING = drawn((x, y) => Math.abs(Math.hypot(x - 14, y - 20) - 8) < 4);
const PARTS = drawn((x, y) => x >= 34 && x < 50 && ((y >= 4 && y < 10) || (y >= 14 && y < 22)));
const BLOCK = drawn((x, y) => x >= 30 && x < 58 && y >= 28 && y < 38);
/** Two photos have one name, two differ in their ending only. */
const PHOTOS = ["scene.jpg", "scene.jpg", "scene.png", "empty.jpg"].map((name, i) => ({
  id: `photo-${i}`,
  name,
  width: WIDTH,
  height: HEIGHT,
}));
const ITEMS = [
  [item("ring", RING, "toy"), item("left & right", PARTS, "brick")],
  [item("block", BLOCK, "brick")],
  [item("block", BLOCK, "toy"), item("ring", RING, "toy")],
  [],
];

describe("what was exported and is imported", () => {
  it.each<[ExportFormat, Partial<ExportRequest>, { names?: true; classes?: true; joins?: true }]>([
    ["coco", {}, { names: true, classes: true }],
    ["coco", { validation: 0.5, hasPhotos: true }, { names: true, classes: true }],
    ["labelstudio", {}, { classes: true }],
    ["ids", {}, { names: true, classes: true }],
    ["labels", {}, { names: true, classes: true }],
    ["mask", {}, {}],
    ["voc", {}, { classes: true }],
    ["classmap", {}, { classes: true, joins: true }],
  ])("as %s %o has equal pixels on the same photos", async (format, options, keeps) => {
    const { photos, problems, unknown } = await roundTrip(format, options);
    // Pascal VOC's boxes say nothing that its masks do not.
    expect(problems.filter(({ path }) => !path.endsWith(".xml"))).toEqual([]);
    expect(unknown).toEqual([]);
    const made = PHOTOS.map(({ id }) => photos.find((photo) => photo.id === id)?.objects ?? []);
    const wanted = ITEMS.map((items) => (keeps.joins ? byClass(items) : items));
    expect(made.map(masksOf)).toEqual(
      wanted.map((items) => items.map(({ rle }) => compressRle(rle)).sort(byCounts)),
    );
    const facts = (name: string) => [...ITEMS.flat()].map((each) => each[name as "name" | "label"]).sort();
    if (keeps.names)
      expect(
        made
          .flat()
          .map(({ name }) => name)
          .sort(),
      ).toEqual(facts("name"));
    if (keeps.classes && !keeps.joins)
      expect(
        made
          .flat()
          .map(({ label }) => label)
          .sort(),
      ).toEqual(facts("label"));
  });

  it("as YOLO has its polygons' pixels, and the numbers of the classes", async () => {
    const { photos, classes, problems, unknown } = await roundTrip("yolo", { validation: 0.5 });
    expect([problems, unknown, classes]).toEqual([[], [], ["brick", "toy"]]);
    for (const [i, { id }] of PHOTOS.entries()) {
      const objects = photos.find((photo) => photo.id === id)?.objects ?? [];
      expect(objects.map(({ label }) => label)).toEqual(ITEMS[i]?.map(({ label }) => label));
      for (const [at, { mask }] of objects.entries())
        expect(mask && rleIou(mask, ITEMS[i]?.[at]?.rle ?? mask)).toBeGreaterThan(0.9);
    }
  });
});

it("says what is on no photo, of another size, or damaged, and takes the rest", async () => {
  const coco = {
    images: [
      { id: 1, file_name: "scene.png", width: WIDTH, height: HEIGHT },
      { id: 2, file_name: "other.jpg", width: WIDTH, height: HEIGHT },
      { id: 3, file_name: "empty.jpg", width: 2 * WIDTH, height: HEIGHT },
    ],
    categories: [{ id: 1, name: "cat" }],
    annotations: [
      { id: 1, image_id: 1, category_id: 1, bbox: [-5, 2, 20, 100] },
      { id: 2, image_id: 2, category_id: 1, bbox: [1, 2, 3, 4] },
      { id: 3, image_id: 3, category_id: 1, bbox: [1, 2, 3, 4] },
      { id: 4, image_id: 1, category_id: 1, segmentation: { size: [HEIGHT, WIDTH], counts: "xx" } },
    ],
  };
  const read = await imported([file("a.json", JSON.stringify(coco)), file("b.zip", "no zip")]);
  expect(read.photos).toEqual([
    { id: "photo-2", objects: [{ label: "cat", name: undefined, box: { x0: 0, y0: 2, x1: 15, y1: 40 } }] },
  ]);
  expect(read.unknown).toEqual(["other.jpg"]);
  expect(read.problems.map(({ path, text }) => `${path}: ${text.slice(0, 40)}`)).toEqual([
    "b.zip: expected a zip, got something else; it m",
    expect.stringContaining("scene.png: "),
    "empty.jpg: expected an image of 60 × 40 pixels, got",
  ]);
});

describe("photos of one name in several folders", () => {
  const inFolders = ["data/train/scene.jpg", "data/val/scene.jpg", "data/val/other.jpg"].map((path, i) => ({
    id: `photo-${i}`,
    name: path.replace(/^.*\//, ""),
    path,
    width: WIDTH,
    height: HEIGHT,
  }));
  const line = (number: number) => `${number} 0.1 0.1 0.5 0.1 0.5 0.5\n`;
  const labelsOf = async (files: ImportRequest["files"]) => {
    const { photos, unknown } = await imported(files, inFolders);
    const labels = inFolders.map(({ id }) =>
      photos.filter((photo) => photo.id === id).flatMap(({ objects }) => objects.map(({ label }) => label)),
    );
    return { labels, unknown };
  };

  it.each(["data/train", "data/labels/train", "labels/train", "train"])(
    "have the labels that lie beside them, or as deep elsewhere: %s",
    async (folder) => {
      const files = ["scene", "other"].map((name, i) =>
        file(`${folder.replace("train", "val")}/${name}.txt`, line(i + 1)),
      );
      const { labels, unknown } = await labelsOf([file(`${folder}/scene.txt`, line(0)), ...files]);
      expect(unknown).toEqual([]);
      expect(labels).toEqual([["0"], ["1"], ["2"]].map((all) => all.map((number) => `class ${number}`)));
    },
  );

  it("have the objects of a file for all of them, and none of an image that each of them may be", async () => {
    const names = ["train/scene.jpg", "val/scene.jpg", "scene.jpg"];
    const coco = {
      images: names.map((file_name, id) => ({ id, file_name, width: WIDTH, height: HEIGHT })),
      categories: names.map((name, id) => ({ id, name })),
      annotations: names.map((_, id) => ({ id, image_id: id, category_id: id, bbox: [1, 2, 3, 4] })),
    };
    expect(await labelsOf([file("a.json", JSON.stringify(coco))])).toEqual({
      labels: [["train/scene.jpg"], ["val/scene.jpg"], []],
      unknown: ["scene.jpg"],
    });
  });

  it("have what an export of them has, also where its folders are called as theirs", async () => {
    const { photos, unknown } = await roundTrip("yolo", { validation: 0.5 }, inFolders);
    expect(unknown).toEqual([]);
    expect(photos.map(({ id, objects }) => [id, objects.length]).sort()).toEqual(
      inFolders.map(({ id }, i) => [id, ITEMS[i]?.length]),
    );
  });
});

async function roundTrip(
  format: ExportFormat,
  options: Partial<ExportRequest>,
  on: ImportRequest["photos"] = PHOTOS,
) {
  const request: ExportRequest = {
    format,
    photos: on.map((photo, i) => ({ photo: { ...photo, blob: new Blob() }, items: ITEMS[i] ?? [] })),
    classes: ["brick", "toy"],
    isFlat: false,
    isPolygon: false,
    hasPhotos: false,
    validation: 0,
    ...options,
  };
  const unneeded = () => Promise.reject(new TypeError("no picture is needed"));
  const reader = { pixels: unneeded, alpha: unneeded, signal: new AbortController().signal };
  const { name, blob } = await exportFile(request, reader);
  return imported([{ path: name, blob }], on);
}

function imported(files: ImportRequest["files"], photos: ImportRequest["photos"] = PHOTOS) {
  return importLabels({ files, photos, numbersAre: "objects" });
}

function masksOf(objects: readonly { readonly mask?: Rle }[]) {
  return objects.flatMap(({ mask }) => (mask ? [compressRle(mask)] : [])).sort(byCounts);
}

function byCounts(a: { readonly counts: string }, b: { readonly counts: string }): number {
  return a.counts < b.counts ? -1 : 1;
}

interface Item extends ExportItem {
  readonly rle: Rle;
}

/** A class mask does not tell objects of one class apart. */
function byClass(items: readonly Item[]) {
  const joined = new Map<string, Item>();
  for (const each of items) {
    const known = joined.get(each.label);
    joined.set(each.label, known ? { ...known, rle: combineRle(known.rle, each.rle, "or") } : each);
  }
  return [...joined.values()];
}

function item(name: string, rle: Rle, label: string): Item {
  return {
    name,
    label,
    color: "#75c4fa",
    rle: { size: rle.size, counts: Uint32Array.from(rle.counts) },
    score: 0.9,
  };
}

function file(path: string, content: string) {
  return { path, blob: new Blob([content]) };
}

function drawn(isInside: (x: number, y: number) => boolean): Rle {
  const bits = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
    isInside((i % WIDTH) + 0.5, Math.floor(i / WIDTH) + 0.5) ? 1 : 0,
  );
  return rleFromBitmap(bits, WIDTH, HEIGHT);
}
