import { type Rle, rleFromBitmap } from "@sam2js/masks";
import { strFromU8, unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import type { ExportFormat, ExportRequest } from "../../protocol/engine.js";
import { exportFile, flatten } from "./export-file.js";
import type { Item } from "./part.js";
import { colorsApart } from "./pictures.js";

const WIDTH = 60;
const HEIGHT = 40;

/** A disc with a hole, and a rectangle over its right side. */
const DISC = bitmap((x, y) => {
  const distance = Math.hypot(x - 25, y - 20);
  return distance < 16 && distance > 5;
});
const RECTANGLE = bitmap((x, y) => x >= 34 && x < 52 && y >= 10 && y < 28);
const ITEMS = [item("ring", DISC, "toy"), item("block", RECTANGLE, "brick")];

describe("exported annotations, read back", () => {
  it("give the very masks as COCO", async () => {
    const coco = JSON.parse(await exported("coco"));
    const masks = coco.annotations.map(({ segmentation }: { segmentation: CocoSegmentation }) =>
      fromCoco(segmentation),
    );
    expect(masks).toEqual([DISC, RECTANGLE].map((bits) => [...bits]));
    expect(coco.categories.map(({ name }: { name: string }) => name)).toEqual(["toy", "brick"]);
    expect(coco.annotations.map((each: { attributes: unknown }) => each.attributes)).toEqual([
      { name: "ring" },
      { name: "block" },
    ]);
  });

  it("give the masks as YOLO, within their polygons' tolerance; YOLO has no holes", async () => {
    const lines = (await files("yolo", [ITEMS]))["scene.txt"]!.trim().split("\n");
    const rings = lines.map((line) =>
      line
        .split(" ")
        .slice(1)
        .map((value, i) => Number(value) * (i % 2 === 0 ? WIDTH : HEIGHT)),
    );
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["0", "1"]);
    expect(iou(fill([rings[1] ?? []]), RECTANGLE)).toBeGreaterThan(0.97);
  });

  it("give the masks as GeoJSON, with holes, within the tolerance", async () => {
    const { features } = JSON.parse(await exported("geojson"));
    const shapes = features.map(({ geometry }: { geometry: Geometry }) => {
      const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
      return fill((polygons as number[][][][]).flatMap((rings) => rings.map((ring) => ring.flat())));
    });
    expect(iou(shapes[0], DISC)).toBeGreaterThan(0.95);
    expect(iou(shapes[1], RECTANGLE)).toBeGreaterThan(0.97);
  });

  it("give the masks as SVG, with holes, within the tolerance", async () => {
    const paths = [...(await exported("svg")).matchAll(/ d="([^"]+)"/g)].map(([, path = ""]) => path);
    const shapes = paths.map((path) => fill(path.split("Z").filter(Boolean).map(ringOf)));
    expect(iou(shapes[0] ?? [], DISC)).toBeGreaterThan(0.95);
    expect(iou(shapes[1] ?? [], RECTANGLE)).toBeGreaterThan(0.97);
  });
});

describe("several photos", () => {
  const [ring, block] = ITEMS as [Item, Item];

  it("number their classes alike, whichever of them are written, with the names beside", async () => {
    const one = await files("yolo", [[block]], ["toy", "brick"]);
    expect(one["scene.txt"]?.startsWith("1 ")).toBe(true);
    expect(one["classes.txt"]).toBe("toy\nbrick\n");
  });

  it("are all written where names repeat, also without objects", async () => {
    const yolo = await files("yolo", [[ring], [block], []]);
    expect(Object.keys(yolo).sort()).toEqual([
      "classes.txt",
      "data.yaml",
      "labels/train/scene-2.txt",
      "labels/train/scene-3.txt",
      "labels/train/scene.txt",
    ]);
    expect(yolo["labels/train/scene-3.txt"]).toBe("");
    const coco = JSON.parse(await exported("coco", [[ring], [block], []]));
    expect(coco.images.map((image: { file_name: string }) => image.file_name)).toEqual([
      "scene.jpg",
      "scene-2.jpg",
      "scene-3.jpg",
    ]);
    expect(Object.keys(await files("svg", [[ring], [block], []])).sort()).toEqual([
      "scene-2.svg",
      "scene.svg",
    ]);
  });

  it("keep their classes where a photo has the name of their list", async () => {
    const yolo = await files("yolo", [[ring], [block]], ["toy", "brick"], "classes.jpg");
    expect(Object.keys(yolo).sort()).toEqual([
      "classes.txt",
      "data.yaml",
      "labels/train/classes-2.txt",
      "labels/train/classes-3.txt",
    ]);
    expect(yolo["classes.txt"]).toBe("toy\nbrick\n");
  });

  it("share one class among objects without a label", async () => {
    const plain = { label: "  " };
    const coco = JSON.parse(
      await exported("coco", [
        [
          { ...ring, ...plain },
          { ...block, ...plain },
        ],
      ]),
    );
    expect(coco.categories).toEqual([{ id: 1, name: "object", supercategory: "object" }]);
  });
});

describe("data sets", () => {
  const [ring, block] = ITEMS as [Item, Item];
  const photos = [[ring], [block], [], [ring, block]];
  const split = { validation: 0.25, hasPhotos: true };
  const names = (all: Record<string, string>) => Object.keys(all).sort();

  it("are split into training and validation alike in every format, with the photos where they are wanted", async () => {
    const yolo = names(await files("yolo", photos, [], undefined, split));
    const val = yolo.filter((name) => name.startsWith("images/val/")).map((name) => name.slice(11));
    expect(val.length).toBeGreaterThan(0);
    expect(val.length).toBeLessThan(4);
    expect(yolo.filter((name) => /^images/.test(name))).toHaveLength(4);
    expect(
      yolo.filter((name) => /^labels/.test(name)).map((name) => name.replace("labels", "images")),
    ).toEqual(yolo.filter((name) => /^images/.test(name)).map((name) => name.replace(".jpg", ".txt")));
    const coco = await files("coco", photos, [], undefined, split);
    const listed = JSON.parse(coco["annotations/instances_val.json"] ?? "").images;
    expect(listed.map((image: { file_name: string }) => image.file_name).sort()).toEqual(val);
    const voc = await files("voc", photos, [], undefined, split);
    expect(voc["ImageSets/Main/val.txt"]?.trim().split("\n").sort()).toEqual(
      val.map((name) => name.slice(0, -4)).sort(),
    );
    expect(voc["ImageSets/Segmentation/trainval.txt"]?.trim().split("\n")).toHaveLength(4);
  });

  it("of Pascal VOC have boxes, class and object masks, and the colours of the classes", async () => {
    const voc = await files("voc", [[ring, block]], ["brick", "toy"]);
    expect(names(voc)).toEqual([
      "Annotations/scene.xml",
      "ImageSets/Main/train.txt",
      "ImageSets/Main/trainval.txt",
      "ImageSets/Segmentation/train.txt",
      "ImageSets/Segmentation/trainval.txt",
      "SegmentationClass/scene.png",
      "SegmentationObject/scene.png",
      "labelmap.txt",
    ]);
    expect(
      voc["labelmap.txt"]
        ?.split("\n")
        .slice(1, 4)
        .map((line) => line.split(":")[0]),
    ).toEqual(["background", "brick", "toy"]);
  });

  it("of CVAT are one file that also names photos without objects", async () => {
    const xml = await (await exportedBlob("cvat", [[ring], []], [])).text();
    expect([...xml.matchAll(/<image id="\d" name="(.*?)"/g)].map(([, name]) => name)).toEqual([
      "scene.jpg",
      "scene-2.jpg",
    ]);
    expect(xml.match(/<mask /g)).toHaveLength(1);
  });

  it("of COCO may have polygons; a mask with a hole stays a mask", async () => {
    const coco = JSON.parse(
      await (await exportedBlob("coco", [ITEMS], [], undefined, { isPolygon: true })).text(),
    );
    const forms = coco.annotations.map(({ segmentation }: { segmentation: unknown }) =>
      Array.isArray(segmentation),
    );
    expect(forms).toEqual([false, true]);
  });

  it("say which value of an ID mask is which object", async () => {
    const ids = await files("ids", [ITEMS]);
    expect(ids["objects.csv"]).toBe(
      'file,value,name,class\r\n"scene-ids.png","1","ring","toy"\r\n"scene-ids.png","2","block","brick"\r\n',
    );
  });
});

describe("colorsApart", () => {
  it("gives each of many objects a colour, and keeps those that are apart", () => {
    const colors = colorsApart(
      Array.from({ length: 200 }, (_, i) => ({ color: ["#75c4fa", "#efa970"][i % 2]! })),
    );
    expect(new Set(colors.map(String)).size).toBe(200);
    expect(colors.slice(0, 2)).toEqual([
      [0x75, 0xc4, 0xfa],
      [0xef, 0xa9, 0x70],
    ]);
  });
});

describe("flatten", () => {
  it("takes from the larger mask what the smaller one has, and nothing else", () => {
    const [ring, block] = flatten(ITEMS).map(({ rle }) => bitsOf(rle));
    expect(block).toEqual([...RECTANGLE]);
    expect(ring).toEqual([...DISC].map((value, i) => (RECTANGLE[i] ? 0 : value)));
  });
});

const unneeded = () => Promise.reject(new TypeError("no picture is needed"));
const NO_PHOTOS = { pixels: unneeded, alpha: unneeded, signal: new AbortController().signal };

interface CocoSegmentation {
  readonly counts: string | readonly number[];
}

interface Geometry {
  readonly type: string;
  readonly coordinates: unknown[];
}

async function exportedBlob(
  format: ExportFormat,
  photos: readonly (readonly Item[])[],
  classes: readonly string[],
  name = "scene.jpg",
  options: Partial<ExportRequest> = {},
): Promise<Blob> {
  const photo = { id: "photo", name, blob: new Blob(), width: WIDTH, height: HEIGHT };
  const request = {
    format,
    photos: photos.map((items) => ({ photo, items })),
    classes,
    isFlat: false,
    isPolygon: false,
    hasPhotos: false,
    validation: 0,
    ...options,
  };
  const { blob } = await exportFile(request, NO_PHOTOS);
  return blob;
}

async function exported(format: ExportFormat, photos = [ITEMS]): Promise<string> {
  return (await exportedBlob(format, photos, [])).text();
}

/** The files of a zip, as text. */
async function files(
  format: ExportFormat,
  photos: readonly (readonly Item[])[],
  classes: readonly string[] = [],
  name?: string,
  options?: Partial<ExportRequest>,
): Promise<Record<string, string>> {
  const zip = await (await exportedBlob(format, photos, classes, name, options)).arrayBuffer();
  const entries = Object.entries(unzipSync(new Uint8Array(zip)));
  return Object.fromEntries(entries.map(([name, bytes]) => [name, strFromU8(bytes)]));
}

function item(name: string, bits: Uint8Array, label: string): Item {
  return { name, label, color: "#75c4fa", rle: rleFromBitmap(bits, WIDTH, HEIGHT), score: 0.9 };
}

function bitmap(isInside: (x: number, y: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
    isInside((i % WIDTH) + 0.5, Math.floor(i / WIDTH) + 0.5) ? 1 : 0,
  );
}

function bitsOf({ counts }: Pick<Rle, "counts">): number[] {
  const columns = [...counts].flatMap((length, i) => new Array<number>(length).fill(i % 2));
  return Array.from(
    { length: WIDTH * HEIGHT },
    (_, i) => columns[(i % WIDTH) * HEIGHT + Math.floor(i / WIDTH)] ?? 0,
  );
}

/** COCO's run lengths: plain, or as pycocotools writes them (6 bits a character, differences from the third on). */
function fromCoco({ counts }: CocoSegmentation): number[] {
  if (typeof counts !== "string") return bitsOf({ counts: Uint32Array.from(counts) });
  const read: number[] = [];
  for (let at = 0; at < counts.length; ) {
    let value = 0;
    let shift = 0;
    let code = 0;
    do {
      code = counts.charCodeAt(at++) - 48;
      value |= (code & 31) << shift;
      shift += 5;
    } while (code & 32);
    if (code & 16) value |= -1 << shift;
    read.push(read.length > 2 ? value + (read[read.length - 2] ?? 0) : value);
  }
  return bitsOf({ counts: Uint32Array.from(read) });
}

/** Corners of a closed path of absolute M, L, H and V. */
function ringOf(path: string): number[] {
  let [x, y] = [0, 0];
  return [...path.matchAll(/([MLHV])([^MLHV]+)/g)].flatMap(([, command, text = ""]) => {
    const [a = 0, b = 0] = text.split(" ").map(Number);
    if (command !== "V") x = a;
    if (command !== "H") y = command === "V" ? a : b;
    return [x, y];
  });
}

/** Pixels whose middle is inside an odd number of rings of x, y, x, y, … */
function fill(rings: readonly (readonly number[])[]): Uint8Array {
  return bitmap((x, y) => {
    let isInside = false;
    for (const ring of rings) {
      for (let i = 0; i < ring.length; i += 2) {
        const [ax = 0, ay = 0] = [ring[i], ring[i + 1]];
        const next = (i + 2) % ring.length;
        const [bx = 0, by = 0] = [ring[next], ring[next + 1]];
        if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) isInside = !isInside;
      }
    }
    return isInside;
  });
}

function iou(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let both = 0;
  let either = 0;
  for (let i = 0; i < b.length; i++) {
    if (a[i] && b[i]) both += 1;
    if (a[i] || b[i]) either += 1;
  }
  return both / either;
}
