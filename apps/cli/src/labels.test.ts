import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Rle, readCoco, rleFromBitmap, shapeMask, toCocoDataset } from "@sam2js/masks";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFakeIo } from "./__fixtures__/fake-io.js";
import { runProgram } from "./program.js";

const SIZE = [6, 8] as const;
const folder = mkdtempSync(join(tmpdir(), "sam2-labels-"));
const at = (...parts: string[]) => join(folder, ...parts);

/** A rectangle, x1 and y1 not included. */
function block(x0: number, y0: number, x1: number, y1: number): Rle {
  const data = Uint8Array.from({ length: 48 }, (_, i) => {
    const [x, y] = [i % 8, Math.floor(i / 8)];
    return Number(x >= x0 && x < x1 && y >= y0 && y < y1);
  });
  return rleFromBitmap(data, 8, 6);
}

const CAT = block(0, 0, 4, 3);
const DOG = block(5, 2, 8, 6);

async function run(...args: string[]) {
  const io = createFakeIo();
  const status = await runProgram(["labels", ...args], io);
  return { status, out: io.outs.join("\n"), notes: io.notes.join("\n") };
}

/** Classes and run lengths of what a COCO file holds, by image. */
function readBack(path: string) {
  return readCoco(JSON.parse(readFileSync(path, "utf8"))).images.map(({ fileName, objects }) => ({
    fileName,
    objects: objects.map(({ label, shape }) => ({
      label,
      counts: [...(shapeMask(shape, SIZE)?.counts ?? [])],
    })),
  }));
}

beforeAll(async () => {
  mkdirSync(at("photos", "train"), { recursive: true });
  const picture = { create: { width: 8, height: 6, channels: 3, background: "#888" } } as const;
  for (const name of ["a.png", "b.png"])
    await sharp(picture)
      .png()
      .toFile(at("photos", "train", name));
  const images = [
    { fileName: "a.png", size: SIZE, masks: [CAT, DOG], categories: [0, 1] },
    { fileName: "b.png", size: SIZE, masks: [DOG], categories: [1] },
  ];
  const set = toCocoDataset(images, { categories: ["cat", "dog"] });
  const box = { ...set.annotations[0], id: 9, segmentation: [], bbox: [1, 1, 2, 2] };
  writeFileSync(at("coco.json"), JSON.stringify({ ...set, annotations: [...set.annotations, box] }));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("sam2 labels", () => {
  it("writes COCO as YOLO in the folders of the images, and back, with the same classes", async () => {
    const out = at("yolo");
    const there = await run(at("coco.json"), "--to", "yolo", "--images", at("photos"), "--out", out);
    expect(there).toMatchObject({
      status: 0,
      out: expect.stringContaining("2 images, 3 objects, 2 classes"),
    });
    expect(there.notes).toContain("1 boxes without an outline");
    expect(readFileSync(join(out, "labels/train/a.txt"), "utf8").trim().split("\n")).toHaveLength(2);
    const back = await run(out, "--to", "coco", "--images", at("photos"), "--out", at("back"));
    expect(back.status).toBe(0);
    const [a, b] = readBack(at("back", "annotations.json"));
    const cat = { label: "cat", counts: [...CAT.counts] };
    const dog = { label: "dog", counts: [...DOG.counts] };
    expect(a).toEqual({ fileName: "train/a.png", objects: [cat, dog] });
    expect(b).toEqual({ fileName: "train/b.png", objects: [dog] });
  });

  it("keeps images of one name apart by their folders and capitals, and leaves out what may mean several", async () => {
    const picture = { create: { width: 8, height: 6, channels: 3, background: "#888" } } as const;
    const names = ["x/1.png", "y/1.png", "y/b.png", "y/B.png"];
    for (const name of names) {
      mkdirSync(at("twins", name, ".."), { recursive: true });
      await sharp(picture).png().toFile(at("twins", name));
    }
    const masks = [CAT, DOG, CAT, DOG];
    const images = names.map((fileName, i) => ({ fileName, size: SIZE, masks: masks.slice(i, i + 1) }));
    writeFileSync(
      at("twins.json"),
      JSON.stringify(toCocoDataset([...images, { ...images[0]!, fileName: "1.png" }])),
    );
    const args = ["--images", at("twins"), "--out"];
    const there = await run(at("twins.json"), "--to", "yolo", ...args, at("twins-yolo"));
    expect(there.notes).toContain("several there may be meant: 1.png");
    // Where capitals do not count, two of the files are one.
    const written = names.filter((name) => name !== "y/B.png");
    await run(at("twins-yolo"), "--to", "coco", ...args, at("twins-back"));
    const back = new Map(
      readBack(at("twins-back", "annotations.json")).map((each) => [each.fileName, each.objects]),
    );
    for (const [i, name] of written.entries())
      expect([name, back.get(name)?.map(({ counts }) => counts)]).toEqual([name, [[...masks[i]!.counts]]]);
  });

  it("reads a file once however it is named, one that is linked, and none that is hidden", async () => {
    const labels = at("linked");
    mkdirSync(join(labels, ".sam2"), { recursive: true });
    symlinkSync(at("coco.json"), join(labels, "annotations.json"));
    for (const name of ["._annotations.json", ".sam2/photo.json"]) writeFileSync(join(labels, name), "x");
    const found = await run(labels, `${labels}/./annotations.json`, "--to", "coco", "--out", at("once"));
    expect([found.status, found.out]).toEqual([0, expect.stringContaining("2 images, 3 objects")]);
  });

  it("writes over none of the files that it reads", async () => {
    const own = at("own");
    await run(at("coco.json"), "--to", "coco", "--out", own);
    const file = join(own, "annotations.json");
    const before = readFileSync(file);
    const again = await run(file, "--to", "coco", "--out", own);
    expect([again.status, again.notes]).toEqual([2, expect.stringContaining("results replace no input")]);
    expect(readFileSync(file)).toEqual(before);
  });

  it.each(["png", "voc", "labelstudio"])("keeps every pixel through %s", async (format) => {
    const images = ["--images", at("photos")];
    expect((await run(at("coco.json"), "--to", format, ...images, "--out", at(format))).status).toBe(0);
    expect((await run(at(format), "--to", "coco", ...images, "--out", at(`${format}-back`))).status).toBe(0);
    const [a] = readBack(at(`${format}-back`, "annotations.json"));
    expect(a?.objects.map(({ counts }) => counts)).toEqual([[...CAT.counts], [...DOG.counts]]);
    const classes = format === "png" ? ["object", "object"] : ["cat", "dog"];
    expect(a?.objects.map(({ label }) => label)).toEqual(classes);
  });

  it("says what it leaves out: labels without a size, images that are not there, files that cannot be read", async () => {
    writeFileSync(at("lone.txt"), "0 0.1 0.1 0.9 0.1 0.5 0.9\n");
    writeFileSync(at("broken.json"), "{");
    const { status, notes } = await run(
      at("lone.txt"),
      at("broken.json"),
      at("coco.json"),
      "--to",
      "cvat",
      "--out",
      at("x"),
    );
    expect(status).toBe(3);
    expect(notes).toMatch(/1 images of unknown size, name their folder with --images: lone\.txt/);
    expect(notes).toMatch(/broken\.json: expected COCO or Label Studio/);
    const other = await run(
      at("lone.txt"),
      at("coco.json"),
      "--to",
      "cvat",
      "--images",
      at("photos"),
      "--out",
      at("x"),
      "--json",
    );
    expect(JSON.parse(other.out).skipped.unknown).toEqual([at("lone.txt")]);
  });

  it("ends with 2 where nothing can be read, and where the format is not known", async () => {
    expect(await run(at("lone.txt"), "--to", "coco")).toMatchObject({
      status: 2,
      notes: expect.stringContaining("--images"),
    });
    expect(await run(at("nowhere"), "--to", "coco")).toMatchObject({
      status: 2,
      notes: expect.stringContaining("nowhere"),
    });
    expect(await run(at("coco.json"), "--to", "excel")).toMatchObject({ status: 2 });
  });

  it("takes numbers in masks for classes where it is told so", async () => {
    mkdirSync(at("masks"));
    const grey = Uint8Array.from({ length: 48 }, (_, i) => Math.floor(i / 16));
    const raw = { width: 8, height: 6, channels: 1 } as const;
    await sharp(grey, { raw }).toColourspace("b-w").png().toFile(at("masks", "a.png"));
    const classesOf = async (numbers: string) => {
      const { out } = await run(
        at("masks"),
        "--numbers",
        numbers,
        "--to",
        "coco",
        "--out",
        at("y"),
        "--json",
      );
      return JSON.parse(out).classes;
    };
    expect(await classesOf("objects")).toEqual(["object"]);
    expect(await classesOf("classes")).toEqual(["class 1", "class 2"]);
  });
});
