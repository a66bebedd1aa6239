import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { toCocoDataset } from "../formats/coco.js";
import { toLabelStudioResults } from "../formats/label-studio.js";
import { toYoloDataYaml, toYoloSegmentation } from "../formats/yolo.js";
import { blobLogits, noiseBitmap, seeded } from "../masks/__fixtures__/random-masks.js";
import { Mask } from "../masks/mask.js";
import { rleArea, rleFromBitmap } from "../masks/rle.js";
import { rleIou } from "../masks/rle-operations.js";
import { type CompressedRle, compressRle } from "../masks/rle-string.js";
import { type AnnotatedObject, shapeBox, shapeMask } from "./annotated-image.js";
import { fillRings } from "./fill-rings.js";
import { ImageNames } from "./image-names.js";
import { readCoco } from "./read-coco.js";
import { type DataSetFile, type DataSetOptions, isAnnotationFile, readDataSet } from "./read-data-set.js";
import { readLabelStudio } from "./read-label-studio.js";
import { readMaskRegions } from "./read-mask-regions.js";
import { readYoloLabels, readYoloNames } from "./read-yolo.js";

interface Goldens {
  readonly coco: { readonly file: unknown; readonly masks: readonly CompressedRle[] };
  readonly labelStudio: {
    readonly file: unknown;
    readonly brush: CompressedRle;
    readonly polygon: CompressedRle;
    readonly ellipse: CompressedRle;
  };
  readonly converted: {
    readonly files: Readonly<Record<string, string>>;
    readonly mask: CompressedRle;
    readonly tasks: unknown;
    readonly tasksMasks: readonly CompressedRle[];
  };
  readonly masks: {
    readonly files: Readonly<Record<string, string>>;
    readonly regions: Readonly<Record<string, CompressedRle>>;
    readonly all: CompressedRle;
  };
}

/** Files of pycocotools, label-studio-sdk and Pillow, and what is in them: `make_import_files.py`. */
const goldens: Goldens = JSON.parse(
  readFileSync(new URL("./__fixtures__/import-files.json", import.meta.url), "utf8"),
);
const SIZE = [40, 60] as const;
const maskOf = ({ shape }: AnnotatedObject) => {
  const rle = shapeMask(shape, SIZE);
  return rle && compressRle(rle);
};
const text = (path: string, content: string): DataSetFile => ({
  path,
  read: async () => new TextEncoder().encode(content),
});
const bytesOf = (name: string) => Uint8Array.from(Buffer.from(goldens.masks.files[name] ?? "", "base64"));
const mask = (path: string, name: string): DataSetFile => ({ path, read: async () => bytesOf(name) });
const labelsOf = async (files: readonly DataSetFile[], options: DataSetOptions = {}) => {
  const { images, problems } = await readDataSet(files, options);
  expect(problems).toEqual([]);
  return images.map(({ objects }) => objects.map(({ label }) => label));
};

describe("COCO", () => {
  const { images, classes, problems } = readCoco(goldens.coco.file);

  it("gives the pixels that pycocotools has, of rings and of both forms of run lengths", () => {
    expect(images[0]?.objects.map(maskOf).slice(0, -1)).toEqual(goldens.coco.masks);
  });

  it("gives boxes alone as boxes, images without objects, and classes in the order of their ids", () => {
    const last = images[0]?.objects.at(-1);
    expect(last).toEqual({
      label: "dog",
      shape: { kind: "box", box: [10.5, 4, 30.5, 16.25], isShare: false },
    });
    expect(images.map(({ fileName, size }) => [fileName, size])).toEqual([
      ["train/first.jpg", [40, 60]],
      ["empty.jpg", [40, 60]],
    ]);
    expect(classes).toEqual(["car", "dog"]);
  });

  it("says which annotations cannot be used", () => {
    expect(problems).toEqual([
      "annotation 51: its image is not in the list",
      "annotation 52: expected a segmentation or a box, got neither",
    ]);
  });

  it("takes ids as text, and says which of them do not say what is meant", () => {
    const box = { bbox: [1, 2, 3, 4] };
    const json = {
      images: [
        { id: 1, file_name: "a.jpg" },
        { id: 1, file_name: "b.jpg" },
        { id: 2, file_name: "c.jpg" },
        { id: 2, file_name: "c.jpg" },
      ],
      categories: [
        { id: 1, name: "cat" },
        { id: 1, name: "dog" },
        { id: 2, name: "cup" },
      ],
      annotations: [
        { id: 1, image_id: 1, category_id: 2, ...box },
        { id: 2, image_id: "2", category_id: "2", ...box },
        { id: 3, image_id: 2, category_id: 1, ...box },
        { id: 4, image_id: 2, category_id: 9, ...box },
        { id: 5, image_id: 2, ...box },
      ],
    };
    const read = readCoco(json);
    expect(read.images.map(({ fileName, objects }) => [fileName, objects.map(({ label }) => label)])).toEqual(
      [["c.jpg", ["cup", ""]]],
    );
    expect(read.problems).toEqual([
      'category 1: expected one of this id, got "cat" and "dog"',
      'image 1: expected one of this id, got "a.jpg" and "b.jpg"',
      "annotation 1: its image is not in the list",
      "annotation 3: its category 1 is not in the list",
      "annotation 4: its category 9 is not in the list",
    ]);
  });

  it("takes what other writers leave out: names of classes and files, and the list around a ring", () => {
    const read = readCoco({
      images: [{ id: 1, coco_url: "http://images.cocodataset.org/train2017/1.jpg" }],
      categories: [{ id: 1, supercategory: "animal" }],
      annotations: [
        { id: 1, image_id: 1, category_id: 1, segmentation: [3, 2, 9, 2, 9, 8], bbox: [3, 2, 6, 6] },
      ],
    });
    expect(read.images).toEqual([
      {
        fileName: "http://images.cocodataset.org/train2017/1.jpg",
        objects: [{ label: "animal", shape: { kind: "rings", rings: [[3, 2, 9, 2, 9, 8]], isShare: false } }],
      },
    ]);
    expect(new ImageNames([["1.jpg"]]).find(read.images[0]!)?.index).toBe(0);
  });

  it("refuses rings far outside of the image, and masks of another size", () => {
    expect(() => fillRings([[0, 0, 1e9, 0, 1e9, 9]], SIZE)).toThrow(/within 480 pixels/);
    const [, , , , brush] = images[0]?.objects ?? [];
    expect(() => brush && shapeMask(brush.shape, [41, 60])).toThrow(/image's \[height, width\], \[41,60\]/);
  });
});

describe("Label Studio", () => {
  const { labelStudio } = goldens;
  const { images, problems } = readLabelStudio(labelStudio.file);

  it("gives brushes and polygons of the newest annotation as masks, rectangles as boxes", () => {
    const [brush, polygon, rectangle, ellipse] = images[0]?.objects ?? [];
    expect(brush && maskOf(brush)).toEqual(labelStudio.brush);
    expect(polygon && maskOf(polygon)).toEqual(labelStudio.polygon);
    expect(rectangle?.shape.kind === "box" && shapeBox(rectangle.shape, SIZE)).toEqual([6, 8, 24, 24]);
    // Its outline has 72 corners; the golden is of pixels whose middles are inside.
    const drawn = ellipse && shapeMask(ellipse.shape, SIZE);
    expect(drawn && rleIou(drawn, toRle(labelStudio.ellipse))).toBeGreaterThan(0.95);
    expect(images[0]?.objects.map(({ label }) => label)).toEqual(["dog", "car", "dog", "car"]);
    expect(problems).toEqual([]);
  });

  it("takes the names of uploads and of local files, and predictions where nobody has annotated", () => {
    expect(images.map(({ fileName }) => fileName)).toEqual(["0a1b2c3d-my_first.jpg", "photos/second.jpg"]);
    expect(images[1]?.objects.map(maskOf)).toEqual([labelStudio.polygon]);
    const names = new ImageNames([["second.jpg"], ["My first.JPG"]]);
    expect(images.map((image) => names.find(image)?.index)).toEqual([1, 0]);
  });

  it("takes tasks of versions before 1.0, and those without any annotations beside others", async () => {
    const [task] = labelStudio.file as { annotations: object[] }[];
    const { annotations, ...rest } = task!;
    const tasks = [{ ...rest, completions: annotations }, { data: { image: "b.jpg" } }];
    const text = new TextEncoder().encode(JSON.stringify(tasks));
    const read = await readDataSet([{ path: "old.json", read: async () => text }]);
    expect(read.images).toEqual([images[0], { fileName: "b.jpg", objects: [] }]);
    expect(read.problems).toEqual([]);
  });

  it("takes names that are no addresses as they are", () => {
    const names = ["it's #1 & 50%25?.jpg", "sub/a b.png", "/data/a%20b.jpg?x=1#y", "s3://bucket/%5B1%5D.jpg"];
    const tasks = names.map((image) => ({ data: { image }, annotations: [] }));
    const expected = [...names.slice(0, 2), "/data/a b.jpg", "s3://bucket/[1].jpg"];
    expect(readLabelStudio(tasks).images.map(({ fileName }) => fileName)).toEqual(expected);
  });

  it("and its converter's COCO, YOLO and tasks out of COCO are read", async () => {
    const { files, tasks, tasksMasks, mask: wanted } = goldens.converted;
    const read = await readDataSet(Object.entries(files).map(([path, content]) => text(path, content)));
    expect(read.problems).toEqual([]);
    expect(read.images.map(({ objects }) => objects.map((each) => [each.label, maskOf(each)]))).toEqual([
      [["car", wanted]],
      [["car", wanted]],
    ]);
    const names = new ImageNames([["first.jpg"]]);
    expect(read.images.map((image) => names.find(image)?.index)).toEqual([0, 0]);
    const outlines = readLabelStudio(tasks).images[0]?.objects.filter(({ shape }) => shape.kind === "rings");
    expect(outlines?.map(maskOf)).toEqual(tasksMasks);
  });
});

describe("YOLO", () => {
  it("gives polygons as masks, boxes with and without a confidence, and says which lines are none", () => {
    const lines = [
      "1 0 0 0.5 0 0.5 0.5 0 0.5",
      "0 0.5 0.5 0.2 0.4",
      "7 0.5 0.5 0.2 0.4 0.9",
      "1 0.1 0.2",
      "x",
    ];
    const { objects, problems } = readYoloLabels(lines.join("\r\n"), ["cat", "dog"]);
    expect(objects.map(({ label, shape }) => [label, shape.kind])).toEqual([
      ["dog", "rings"],
      ["cat", "box"],
      ["class 7", "box"],
    ]);
    expect(objects[0] && rleArea(shapeMask(objects[0].shape, SIZE) ?? { size: [0, 0], counts: [] })).toBe(
      600,
    );
    expect(objects[1]?.shape.kind === "box" && shapeBox(objects[1].shape, SIZE)).toEqual([24, 12, 36, 28]);
    expect(problems).toEqual([
      'line 4: expected a class and a polygon or a box, got "1 0.1 0.2"',
      'line 5: expected a class and a polygon or a box, got "x"',
    ]);
  });

  it.each([
    ['names:\n  0: person\n  1: "traffic: light" # two\nnc: 2\n'],
    ["nc: 2\nnames: ['person', 'traffic: light']\n"],
    ["names:\n- person\n- 'traffic: light'\ntrain: x\n"],
    ["names: {0: person,\n  1: 'traffic: light'}\n"],
  ])("reads the names of %j", (yaml) => {
    expect(readYoloNames(yaml)).toEqual(["person", "traffic: light"]);
  });

  it.each([
    [toYoloDataYaml(["driver's seat", "dog's, #2 [old]"])],
    ["names: [driver's seat, \"dog's, #2 [old]\"] # it's\nnc: 2\n"],
    ["names: [\n  driver's seat, # it's one\n  'dog''s, #2 [old]',\n]\nnc: [3, 4]\n"],
    ["names: {\n  '0': driver's seat,\n  \"1\": \"dog's, #2 [old]\"\n}\n"],
  ])("keeps quotes, signs of comments and brackets in the names of %j", (yaml) => {
    expect(readYoloNames(yaml)).toEqual(["driver's seat", "dog's, #2 [old]"]);
  });

  it("has the classes of its own folder, or those beside one file alone", async () => {
    const line = "0 0 0 0.5 0 0.5 0.5\n";
    const files = [
      text("a/classes.txt", "cat\n"),
      text("b/data.yaml", "names: [dog]\n"),
      text("a/labels/1.txt", line),
      text("b/labels/1.txt", line),
      text("out/photo.classes.txt", "cup\n"),
      text("out/photo.txt", line),
      text("c/1.txt", line),
    ];
    expect(await labelsOf(files)).toEqual([["cat"], ["dog"], ["cup"], ["dog"]]);
  });
});

describe("masks", () => {
  const { regions: wanted, all } = goldens.masks;
  const [one, two, seven] = [wanted["1"], wanted["2"], wanted["7"]];

  it.each([
    ["palette", "numbers", [1, 2, 7]],
    ["grey", "numbers", [1, 2, 7]],
    ["grey16", "numbers", [300, 600, 2100]],
    ["colors", "colors", [0x008000, 0x800000, 0x808080]],
  ] as const)(
    "of %s are a region for each number or colour, without Pascal VOC's void",
    async (name, kind, values) => {
      const read = await readMaskRegions(bytesOf(name));
      expect([read.size, read.kind, read.regions.map(({ value }) => value)]).toEqual([SIZE, kind, values]);
      const rles = read.regions.map(({ rle }) => compressRle(rle));
      // Green comes before red.
      const first = kind === "colors" ? [two, one] : [one, two];
      // The void hides nothing of these in its row.
      expect(rles).toEqual([...first, seven]);
    },
  );

  it.each([
    ["binary", all],
    ["bits", all],
    ["alpha", seven],
  ] as const)("of %s are one object", async (name, golden) => {
    const { kind, regions } = await readMaskRegions(bytesOf(name));
    expect([kind, regions.map(({ rle }) => compressRle(rle))]).toEqual(["mask", [golden]]);
  });

  it("of objects take the classes of the masks of classes beside them", async () => {
    const map =
      "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:128,0,0::\ndog:0,128,0::\nmug:128,128,128::\n";
    const files = [
      mask("SegmentationObject/a.png", "grey"),
      mask("SegmentationClass/a.png", "colors"),
      text("labelmap.txt", map),
      text("ImageSets/Segmentation/train.txt", "a\n"),
    ];
    expect(await labelsOf(files)).toEqual([["cat", "dog", "mug"]]);
    expect(await labelsOf(files.slice(1))).toEqual([["dog", "cat", "mug"]]);
  });

  it("of objects in several data sets, and in further maps of one image, take the classes of their own", async () => {
    const files = [
      mask("x/SegmentationObject/a.png", "grey"),
      mask("x/SegmentationObject/a-2.png", "grey"),
      mask("x/SegmentationClass/a.png", "colors"),
      mask("y/SegmentationObject/a.png", "grey"),
      text(
        "labelmap.txt",
        "# label:color_rgb:parts:actions\nc#:128,0,0::\ndog:0, 128, 0::\nmug:128,128,128::\n",
      ),
    ];
    const named = ["c#", "dog", "mug"];
    expect(await labelsOf(files)).toEqual([named, named, ["", "", ""]]);
  });

  it("have numbers of objects or of classes, as it is said", async () => {
    const files = [mask("masks/a.png", "grey"), text("classes.txt", "cat\ndog\n")];
    expect(await labelsOf(files)).toEqual([["", "", ""]]);
    expect(await labelsOf(files, { numbersAre: "classes" })).toEqual([["cat", "dog", "class 7"]]);
  });

  it("take names and classes from the table beside them", async () => {
    const table = 'file,value,name,class\r\n"a-ids.png","2","my ""duck"", big","bird"\r\n';
    const { images } = await readDataSet([text("objects.csv", table), mask("a-ids.png", "grey")]);
    expect(images[0]?.objects.map(({ name, label }) => [name, label])).toEqual([
      [undefined, ""],
      ['my "duck", big', "bird"],
      [undefined, ""],
    ]);
  });

  it("are refused where a picture has thousands of colours", async () => {
    const noise = {
      data: Uint8Array.from({ length: 3 * 128 * 128 }, (_, i) => (i / 3) >> (8 * (i % 3))),
      width: 128,
      height: 128,
      channels: 3,
    } as const;
    const { images, problems } = await readDataSet([text("a.bmp", "BM")], { decode: async () => noise });
    expect([images, problems.map(({ path }) => path)]).toEqual([[], ["a.bmp"]]);
    expect(problems[0]?.text).toMatch(/at most 4096 objects/);
  });
});

describe("what this package writes", () => {
  const random = seeded(7);
  const drawn = Array.from({ length: 12 }, (_, i) => {
    const soft = () => Uint8Array.from(blobLogits(random, 60, 40), (value) => (value > 0 ? 1 : 0));
    return rleFromBitmap(i < 6 ? noiseBitmap(random, 60, 40, 0.3 + 0.1 * i) : soft(), 60, 40);
  });
  const wanted = drawn.map(compressRle);
  const image = { fileName: "a.jpg", size: SIZE, masks: drawn };

  it.each(["rle", "uncompressed", "polygon"] as const)(
    "as COCO's %s is read with equal pixels",
    (segmentation) => {
      const json: unknown = JSON.parse(JSON.stringify(toCocoDataset([image], { segmentation })));
      expect(readCoco(json).images[0]?.objects.map(maskOf)).toEqual(wanted);
    },
  );

  it("as YOLO's polygons without tolerance is read with equal pixels, parts and holes too", () => {
    const { objects, problems } = readYoloLabels(toYoloSegmentation(drawn, { tolerance: 0 }), ["a"]);
    expect(problems).toEqual([]);
    expect(objects.map(maskOf)).toEqual(wanted);
  });

  it("as Label Studio's brushes is read with equal pixels", () => {
    const result = toLabelStudioResults(drawn.map((rle) => new Mask(rle)));
    const tasks: unknown = [{ data: { image: "a.jpg" }, annotations: [{ result }] }];
    expect(readLabelStudio(tasks).images[0]?.objects.map(maskOf)).toEqual(wanted);
  });
});

describe("names", () => {
  const names = new ImageNames([
    ["image.png", "image.png"],
    ["image-2.png", "image.png"],
    ["IMG_1.jpg"],
    ["ünï cödé.jpeg"],
  ]);
  const find = (fileName: string, isMask = false) => names.find({ fileName, isMask, objects: [] });

  it("find their image, whatever its folder, ending and capitals; names that repeat are told apart as exports do", () => {
    expect(
      ["a/image.png", "train\\image.png", "image-2.txt", "labels/train/img_1.txt", "ÜNÏ cödé.png"].map(
        (name) => find(name)?.index,
      ),
    ).toEqual([0, 0, 1, 2, 3]);
    expect(find("img_2.txt")).toBeUndefined();
    expect(find("img_1_3.txt")).toBeUndefined();
  });

  it("are told apart by their folders, else by their capitals, else not at all", () => {
    const paths = [
      "a/1.jpg",
      "b/1.jpg",
      "B2/1.png",
      "x.jpg",
      "X.jpg",
      "old/x.jpg",
      "c/2.jpg",
      "c/2.png",
      "3.jpg",
    ];
    const folders = new ImageNames(paths.map((path) => [path]));
    const place = (fileName: string, isMask = false) =>
      paths[folders.find({ fileName, isMask, objects: [] })?.index ?? -1];
    expect(
      [
        "labels/a/1.txt",
        "/d/b/1.jpg",
        "train\\b2\\1.txt",
        "masks/B/1-ids.png",
        "masks/x-ids.png",
        "masks/X-cat_1.png",
      ].map((p) => place(p, p.startsWith("m"))),
    ).toEqual(["a/1.jpg", "b/1.jpg", "B2/1.png", "b/1.jpg", "x.jpg", "X.jpg"]);
    expect(["x.jpg", "labels/X.txt", "old/x.txt", "c/2.png", "train/3.txt"].map((p) => place(p))).toEqual([
      "x.jpg",
      "X.jpg",
      "old/x.jpg",
      "c/2.png",
      "3.jpg",
    ]);
    expect(["1.jpg", "labels/1.txt", "labels/c/2.txt", "x.JPG"].map((p) => place(p))).toEqual([
      undefined,
      undefined,
      undefined,
      "x.jpg",
    ]);
  });

  it("of masks may go on after the image's, or stand in its folder", () => {
    expect(find("img_1-duck-mask.png", true)).toEqual({ index: 2, objectName: "duck" });
    expect(find("img_1-object-3.png", true)).toEqual({ index: 2 });
    expect(find("img_1-ids.png", true)).toEqual({ index: 2 });
    expect(find("masks/IMG_1/left_wheel.png", true)).toEqual({ index: 2, objectName: "left wheel" });
  });

  it("tell annotations from photos that lie among them", () => {
    const taken = [
      "a/_annotations.coco.json",
      "labels/train/a.txt",
      "data.yaml",
      "SegmentationClass/a.png",
      "masks/val/a.png",
      "x/masks/IMG_1/left_wheel.png",
      "SegmentationObject/deep/er/a.png",
      "a-mask.png",
    ];
    expect(taken.map(isAnnotationFile)).toEqual(taken.map(() => true));
    const photos = [
      "images/a.png",
      "masks/images/a.png",
      "annotations/images/a.jpg",
      "unmasked.png",
      "photo.jpg",
      "p.sam2js",
    ];
    expect(photos.map(isAnnotationFile)).toEqual(photos.map(() => false));
  });
});

it("says of each file that is none of annotations", async () => {
  const files = [
    text("a.json", "{"),
    text("b.json", "[]"),
    text("c.xml", "<a/>"),
    text("d.csv", "x,y\n1,2\n"),
  ];
  const { images, problems } = await readDataSet(files);
  expect(images).toEqual([]);
  expect(problems.map(({ path }) => path).sort()).toEqual(["a.json", "b.json", "c.xml", "d.csv"]);
});

function toRle({ counts }: CompressedRle) {
  const object: AnnotatedObject = { label: "", shape: { kind: "rle", rle: { size: SIZE, counts } } };
  return shapeMask(object.shape, SIZE) ?? rleFromBitmap([], 0, 0);
}
