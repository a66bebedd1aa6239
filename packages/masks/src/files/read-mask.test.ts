import { crc32, ImageError, InputError, Tensor, UnsupportedError } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { toNpy } from "../formats/npy.js";
import { readMaskRegions } from "../imports/read-mask-regions.js";
import fixture from "./__fixtures__/mask-files.json" with { type: "json" };
import { readLabels } from "./read-labels.js";
import { readMask } from "./read-mask.js";

const files = Object.entries(fixture.files).map(([name, text]) => [name, bytesOf(text)] as const);
const inside = fixture.labels.map((label) => (label > 0 ? 1 : 0));

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function file(name: keyof typeof fixture.files): Uint8Array {
  return bytesOf(fixture.files[name]);
}

function npy(header: string, size: number): Uint8Array {
  const bytes = new Uint8Array(10 + header.length + size);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
  bytes.set(new TextEncoder().encode(header), 10);
  return bytes;
}

const header = (type: string, shape: string) =>
  `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }\n`;

describe("readMask, of what Pillow and numpy saved", () => {
  it.each(files)("%s", async (name, bytes) => {
    const { mask, logits } = await readMask(bytes);
    expect(mask.size).toEqual(fixture.size);
    expect([...mask.toBitmap().data]).toEqual(inside);
    expect(logits !== undefined).toBe(name.startsWith("logits"));
    if (logits) expect([...logits.data]).toEqual(inside.map((bit) => (bit ? 3.5 : -2.25)));
  });

  it.each(files.filter(([name]) => name.startsWith("labels")))("one label of %s", async (_, bytes) => {
    const { mask } = await readMask(bytes, { label: 2 });
    expect([...mask.toBitmap().data]).toEqual(fixture.labels.map((label) => (label === 2 ? 1 : 0)));
    await expect(readMask(bytes, { label: 5, name: "map" })).rejects.toThrow(/map: .*0, 1, 2, 7\), got 5/);
  });

  it.each(fixture.turned.map((each, index) => [index + 1, each] as const))(
    "EXIF orientation %i of a PNG, as of images",
    async (_, { file: text, size, labels }) => {
      const upright = await readLabels(bytesOf(text));
      expect([upright?.height, upright?.width]).toEqual(size);
      expect(Array.from(upright?.data ?? [])).toEqual(labels);
      const { mask } = await readMask(bytesOf(text));
      expect([...mask.toBitmap().data]).toEqual(labels.map((label) => (label > 0 ? 1 : 0)));
    },
  );

  it("cuts soft borders in their middle", async () => {
    expect((await readMask(bytesOf(fixture.soft.file))).mask.area).toBe(fixture.soft.area);
  });

  it("takes pixels that were decoded elsewhere", async () => {
    const data = Uint8Array.of(9, 9, 9, 0, 200, 200, 200, 255);
    const pixels = { data, width: 2, height: 1, channels: 4 } as const;
    expect([...(await readMask(pixels)).mask.toBitmap().data]).toEqual([0, 1]);
    expect((await readMask(Uint8Array.of(1), { decode: async () => pixels })).mask.area).toBe(1);
  });
});

/** A PNG with a palette of black and grey, all black; `cut` of its compressed bytes are missing. */
async function blackPng(width: number, height: number, cut = 0): Promise<Uint8Array> {
  const rows = new Blob([new Uint8Array(height * (width + 1))]);
  const packing = new Response(rows.stream().pipeThrough(new CompressionStream("deflate")));
  const packed = new Uint8Array(await packing.arrayBuffer());
  const word = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
  const chunk = (type: string, data: ArrayLike<number>) => {
    const body = Uint8Array.of(...new TextEncoder().encode(type), ...Array.from(data));
    return [...word(data.length), ...body, ...word(crc32(body))];
  };
  return Uint8Array.of(
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk("IHDR", [...word(width), ...word(height), 8, 3, 0, 0, 0]),
    ...chunk("PLTE", [0, 0, 0, 9, 9, 9]),
    ...chunk("IDAT", packed.subarray(0, packed.length - cut)),
    ...chunk("IEND", []),
  );
}

describe("masks of extreme shape", () => {
  it.each([
    [1, 65_536],
    [65_536, 1],
    [1, 1],
  ])("%i x %i pixels", async (width, height) => {
    const { mask } = await readMask(await blackPng(width, height));
    expect(mask).toMatchObject({ size: [height, width], area: 0 });
    await expect(readMask(await blackPng(width, height, 8))).rejects.toSatisfy((error) =>
      ImageError.isInstance(error),
    );
  });

  it("let other work have its turn while they are read", async () => {
    const bytes = await blackPng(6000, 6000);
    let hasFired = false;
    setTimeout(() => {
      hasFired = true;
    }, 1);
    const labels = await readLabels(bytes);
    expect(hasFired).toBe(true);
    expect(labels).toMatchObject({ width: 6000, height: 6000 });
  });
});

describe("large masks", () => {
  const side = 5000;
  /** A disc whose levels are those of a soft border all over: all that tells masks apart looks at every pixel. */
  const data = new Uint8Array(side * side);
  for (let i = 0; i < data.length; i += 1) {
    const [x, y] = [i % side, Math.floor(i / side)];
    if ((x - 2500) ** 2 + (y - 2500) ** 2 < 2000 ** 2) data[i] = 1 + (x % 255);
  }
  const pixels = { data, width: side, height: side, channels: 1 } as const;
  const logits = new Tensor(
    "float32",
    Float32Array.from(data, (level) => level - 100),
    [side, side],
  );

  it.each([
    ["pixels", () => readMask(pixels)],
    ["one label", () => readMask(pixels, { label: 7 })],
    ["a palette", () => readMask({ ...pixels, palette: new Uint8Array(768).fill(9) })],
    ["logits", () => readMask(toNpy(logits))],
    ["regions", () => readMaskRegions(toNpy(logits))],
  ])("let other work have its turn while they are read: %s", async (_, read) => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await read();
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1); // about one in 40 ms; none where the thread is held
  });
});

describe("readLabels", () => {
  it.each(files.filter(([name]) => name.startsWith("labels")))("%s", async (_, bytes) => {
    expect(Array.from((await readLabels(bytes))?.data ?? [])).toEqual(fixture.labels);
  });

  it("has none of colours", async () => {
    expect(await readLabels(file("mask_png_colors.png"))).toBeUndefined();
  });
});

describe("readMask refuses", () => {
  const float = (...values: number[]) =>
    toNpy(new Tensor("float32", Float32Array.from(values), [1, values.length]));

  it.each([
    ["numbers that are not finite", float(1, Number.NaN), InputError, /finite/],
    ["infinite logits", float(-1, Number.POSITIVE_INFINITY), InputError, /finite/],
    ["probabilities", float(0, 0.3, 0.9), InputError, /probabilities/],
    ["complex numbers", npy(header("<c8", "(1, 1)"), 8), InputError, /type c8/],
    ["Python objects", npy(header("|O", "(1, 1)"), 8), InputError, /type O/],
    ["several masks", npy(header("|b1", "(2, 2, 2)"), 8), InputError, /\[2, 2, 2\]/],
    ["a file shorter than it says", npy(header("<f4", "(3, 1)"), 8), InputError, /8 bytes/],
    ["an extreme shape in a small file", npy(header("|u1", "(1, 100000000)"), 1000), ImageError, /100000000/],
    ["too many pixels", npy(header("|u1", "(60000, 60000)"), 1000), ImageError, /pixels/],
    ["a damaged header", npy("{}", 8), InputError, /damaged header/],
    ["a picture that is cut off", file("mask_png_8.png").slice(0, -20), ImageError, /cut off/],
    ["another kind of file", Uint8Array.of(1, 2, 3), UnsupportedError, /PNG or a .npy/],
  ])("%s", async (_, bytes, kind, message) => {
    const run = readMask(bytes, { name: "m" });
    await expect(run).rejects.toThrow(message);
    await expect(run).rejects.toSatisfy((error) => kind.isInstance(error));
  });

  it("a picture whose chunks are damaged, or that promises more pixels than it can hold", async () => {
    const bytes = file("mask_png_8.png");
    for (let at = 16; at < bytes.length - 16; at += 1) {
      const damaged = bytes.slice();
      damaged[at] = damaged[at]! ^ 4;
      await readMask(damaged).then(
        () => undefined,
        (error) => expect(ImageError.isInstance(error)).toBe(true),
      );
    }
    const huge = { ...{ data: new Uint8Array(4), width: 2, height: 1, channels: 1 as const } };
    await expect(readMask(huge, { label: 3 })).rejects.toThrow(/got 3/);
  });

  it("a label of colours, and unknown options", async () => {
    await expect(readMask(file("mask_png_colors.png"), { label: 1 })).rejects.toThrow(/leave the label out/);
    await expect(readMask(file("mask_png_8.png"), { index: 1 } as never)).rejects.toThrow(InputError);
  });
});
