import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Mask, rleFromBitmap } from "@sam2js/masks";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { type CutOutChoices, parseFile, parseGround } from "./cut-out-choices.js";
import { cutOutFiles } from "./cut-out-files.js";

const folder = mkdtempSync(join(tmpdir(), "sam2js-cut-"));
afterAll(() => rmSync(folder, { recursive: true }));

const [WIDTH, HEIGHT] = [8, 4];
const PLAIN: CutOutChoices = {
  ground: "transparent",
  softEdge: 0,
  margin: 0,
  cutoutFile: { type: "png", quality: 90 },
};
const runtime = {
  readImageBytes: async (source: string | URL | Blob) => readFile(String(source)),
  encodePng: async ({ data, width, height, channels }: Parameters<typeof raw>[0]) =>
    raw({ data, width, height, channels }).png().toBuffer(),
};

function raw({
  data,
  ...size
}: {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
  channels: 1 | 3 | 4;
}) {
  return sharp(data, { raw: size });
}

function columns(from: number, to: number): Mask {
  const bits = new Uint8Array(WIDTH * HEIGHT).map((_, i) => (i % WIDTH >= from && i % WIDTH < to ? 1 : 0));
  return new Mask(rleFromBitmap(bits, WIDTH, HEIGHT));
}

/** A red picture whose last four columns are half transparent. */
async function pictureFile(): Promise<string> {
  const path = join(folder, "photo.png");
  const data = new Uint8Array(4 * WIDTH * HEIGHT).map((_, i) =>
    i % 4 === 3 ? ((i >> 2) % WIDTH < 4 ? 255 : 128) : i % 4 === 0 ? 200 : 0,
  );
  await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 4 } })
    .png()
    .toFile(path);
  return path;
}

async function cut(choices: Partial<CutOutChoices>) {
  const red = new Uint8Array(3 * WIDTH * HEIGHT).map((_, i) => (i % 3 === 0 ? 200 : 0));
  const files = await cutOutFiles({
    input: { path: await pictureFile(), stem: "photo" },
    image: { data: red, width: WIDTH, height: HEIGHT, channels: 3 },
    objects: [
      { mask: columns(0, 2), part: "left" },
      { mask: columns(5, 7), part: "right" },
      { mask: columns(0, 0), part: "nothing" },
    ],
    choices: { ...PLAIN, ...choices },
    runtime,
  });
  return Promise.all(
    files.map(async ({ name, content }) => {
      const { data, info } = await sharp(content as Uint8Array)
        .raw()
        .toBuffer({ resolveWithObject: true });
      const { width, height, channels } = info;
      const row = Array.from({ length: width }, (_, x) => [
        ...data.subarray(channels * x, channels * (x + 1)),
      ]);
      return { name, width, height, row };
    }),
  );
}

describe("cut-outs", () => {
  it("are one each, with the picture's own transparency", async () => {
    const [left, right, ...more] = await cut({});
    expect(more).toEqual([]);
    expect([left?.name, right?.name]).toEqual(["photo.left.cutout.png", "photo.right.cutout.png"]);
    expect(left?.row).toEqual([
      [200, 0, 0, 255],
      [200, 0, 0, 255],
    ]);
    expect(right?.row).toEqual([
      [200, 0, 0, 128],
      [200, 0, 0, 128],
    ]);
  });

  it("are all in one picture on request, as large as the image, on a colour", async () => {
    const [all, ...more] = await cut({ together: true, wholeImage: true, ground: [0, 0, 250] });
    expect(more).toEqual([]);
    expect([all?.name, all?.width, all?.height]).toEqual(["photo.cutout.png", WIDTH, HEIGHT]);
    const [red, blue] = [
      [200, 0, 0, 255],
      [0, 0, 250, 255],
    ];
    // Half of each: 128/255 of 200 is 100, the rest of 250 is 125.
    expect(all?.row).toEqual([red, red, blue, blue, blue, [100, 0, 125, 255], [100, 0, 125, 255], blue]);
  });

  it("have white behind them as JPEG, and their transparency as WebP", async () => {
    const [jpeg] = await cut({ together: true, margin: 3, cutoutFile: { type: "jpeg", quality: 100 } });
    expect(jpeg?.name).toBe("photo.cutout.jpg");
    expect(jpeg?.row[3]?.every((value) => value > 240)).toBe(true);
    const [webp] = await cut({ together: true, cutoutFile: { type: "webp", quality: 100 } });
    expect(webp?.name).toBe("photo.cutout.webp");
    expect(webp?.row.map((pixel) => pixel[3])).toEqual([255, 255, 0, 0, 0, 128, 128]);
  });
});

describe("the options of cut-outs", () => {
  it.each([
    ["transparent", "transparent"],
    ["blur", "blur"],
    ["blur:40", { blur: 40 }],
    ["white", [255, 255, 255]],
    ["#0a64ff", [10, 100, 255]],
    ["0A64FF", [10, 100, 255]],
  ])("read the ground %s", (text, ground) => {
    expect(parseGround(text)).toEqual(ground);
  });

  it.each(["", "pink", "blur:0", "blur:2000", "#12345"])("refuse the ground %j", (text) => {
    expect(() => parseGround(text)).toThrow(/--ground: expected transparent, white/);
  });

  it("read and refuse types of files", () => {
    expect(parseFile("webp:80")).toEqual({ type: "webp", quality: 80 });
    expect(parseFile("JPG")).toEqual({ type: "jpeg", quality: 90 });
    for (const text of ["gif", "webp:0", "webp:101", ""])
      expect(() => parseFile(text)).toThrow(/--cutout-file/);
  });
});
