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
