import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ImageError, InputError, NotFoundError, type RgbImage } from "@sam2js/core";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadMask } from "./load-mask.js";

const WIDTH = 64;
const HEIGHT = 48;
/** Inside: x 16 to 47, y 8 to 31. */
const bits = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
  const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
  return x >= 16 && x < 48 && y >= 8 && y < 32 ? 1 : 0;
});
const size = { width: WIDTH, height: HEIGHT };
const options = {
  runtime: {
    decodeImage: (): Promise<RgbImage> => Promise.reject(new ImageError("m: cannot be decoded")),
    readImageBytes: async (source: string | URL | Blob) => readFile(join(folder, basename(String(source)))),
  },
  signal: new AbortController().signal,
};

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sam2js-mask-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function save(name: string, content: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** A photo with the mask as its alpha: dark inside, bright outside. */
const cutOut = () =>
  sharp(
    Uint8Array.from({ length: 4 * bits.length }, (_, i) =>
      bits[i >> 2] ? (i % 4 === 3 ? 255 : 20) : i % 4 === 3 ? 0 : 240,
    ),
    {
      raw: { ...size, channels: 4 },
    },
  );
const grey = () =>
  sharp(
    bits.map((bit) => 255 * bit),
    { raw: { ...size, channels: 1 } },
  );
const deep = () =>
  sharp(
    Uint16Array.from(bits, (bit) => 7 * bit),
    { raw: { ...size, channels: 1 } },
  ).toColourspace("grey16");

it.each([
  ["alpha.webp", () => cutOut().webp({ lossless: true, exact: true })],
  ["alpha.tiff", () => cutOut().tiff()],
  ["alpha.gif", () => cutOut().gif()],
  ["alpha.avif", () => cutOut().avif({ lossless: true })],
  ["a=b.png", () => cutOut().png()],
  ["grey.jpg", () => grey().jpeg({ quality: 100 })],
  ["grey.tiff", () => grey().tiff()],
  ["labels-16-bit.tiff", () => deep().tiff({ compression: "lzw" })],
  ["labels-16-bit.png", () => deep().png()],
])("reads %s", async (name, make) => {
  const { mask, logits } = await loadMask(await save(name, await make().toBuffer()), options);
  expect(mask.size).toEqual([HEIGHT, WIDTH]);
  expect([...mask.toBitmap().data]).toEqual([...bits]);
  expect(logits).toBeUndefined();
});

it("takes the alpha of a grey TIFF for the mask", async () => {
  const { mask } = await loadMask(await save("grey-alpha.tiff", greyAlphaTiff()), options);
  expect([...mask.toBitmap().data]).toEqual([...bits]);
});

/** The mask as the alpha of a flat grey, as Pillow saves its mode LA; sharp writes no such file. */
function greyAlphaTiff(): Uint8Array {
  const [short, long] = [3, 4];
  const entries = [
    [256, long, WIDTH],
    [257, long, HEIGHT],
    [258, short, 8 + 8 * 2 ** 16, 2], // two samples of 8 bits
    [259, short, 1],
    [262, short, 1], // black is 0
    [273, long, 8 + 2 + 12 * 9 + 4],
    [277, short, 2],
    [279, long, 2 * bits.length],
    [338, short, 2], // the second sample is alpha
  ] as const;
  const head = Buffer.alloc(8 + 2 + 12 * entries.length + 4);
  head.write("II*\0");
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(entries.length, 8);
  for (const [i, [tag, type, value, count = 1]] of entries.entries()) {
    const at = 10 + 12 * i;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(count, at + 4);
    head.writeUInt32LE(value, at + 8);
  }
  return Buffer.concat([head, Uint8Array.from([...bits].flatMap((bit) => [90, 255 * bit]))]);
}

it("says what is wrong with a file", async () => {
  const black = await save(
    "black.png",
    await sharp(new Uint8Array(12), { raw: { width: 2, height: 2, channels: 3 } })
      .png()
      .toBuffer(),
  );
  await expect(loadMask(black, options)).rejects.toSatisfy((error) => InputError.isInstance(error));
  await expect(loadMask(black, { ...options, label: 4 })).rejects.toThrow(/got 4/);
  await expect(loadMask(join(folder, "none.png"), options)).rejects.toSatisfy((error) =>
    NotFoundError.isInstance(error),
  );
  const text = await save("text.png", new TextEncoder().encode("no picture"));
  await expect(loadMask(text, options)).rejects.toThrow("cannot be decoded");
});

it("asks the runtime for a mask by URL, which knows proxies", async () => {
  await save("far.png", await grey().png().toBuffer());
  const { mask } = await loadMask("https://host.invalid/far.png", options);
  expect(mask.box).toEqual([16, 8, 47, 31]);
});
