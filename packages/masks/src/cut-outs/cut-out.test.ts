import type { PixelImage } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { rleFromBitmap } from "../masks/rle.js";
import type { Rle } from "../masks/run-lengths.js";
import { cutOut, toCutOut } from "./cut-out.js";

/** A mask from its rows: `#` is inside. */
function maskOf(...rows: string[]): Rle {
  const bits = Uint8Array.from(rows.join(""), (sign) => (sign === "#" ? 1 : 0));
  return rleFromBitmap(bits, rows[0]?.length ?? 0, rows.length);
}

function grey(width: number, ...data: number[]): PixelImage {
  return { data: Uint8Array.from(data), width, height: data.length / width, channels: 1 };
}

/** One of the four values of each pixel of a cut-out. */
function channel({ data }: { readonly data: ArrayLike<number> }, index: number): number[] {
  return Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + index] ?? 0);
}

const alphas = (cut: { readonly data: ArrayLike<number> }) => channel(cut, 3);
const reds = (cut: { readonly data: ArrayLike<number> }) => channel(cut, 0);

describe("a cut-out's transparency", () => {
  it("is the image's own inside the mask, and full outside", () => {
    const image: PixelImage = {
      data: Uint8Array.of(10, 20, 30, 255, 10, 20, 30, 128, 10, 20, 30, 0, 10, 20, 30, 255),
      width: 4,
      height: 1,
      channels: 4,
    };
    const cut = toCutOut(image, maskOf("###."), { isWhole: true });
    expect(alphas(cut)).toEqual([255, 128, 0, 0]);
    expect(reds(cut)).toEqual([10, 10, 0, 0]);
  });

  it("may come beside an image whose decoder dropped it", () => {
    const image = grey(3, 10, 10, 10);
    const alpha = Uint8Array.of(255, 100, 50);
    expect(alphas(toCutOut(image, maskOf("###"), { alpha }))).toEqual([255, 100, 50]);
    expect(() => toCutOut(image, maskOf("###"), { alpha: new Uint8Array(2) })).toThrow(/alpha.*3 x 1/);
  });
});

describe("a soft edge", () => {
  const line = grey(8, ...new Array<number>(8).fill(200));

  it("of one pixel falls by 1/4, 1/2, 1/4 across a border: weights 1 2 1", () => {
    const cut = toCutOut(line, maskOf("..####.."), { softEdge: 1, isWhole: true });
    expect(alphas(cut)).toEqual([0, 64, 191, 255, 255, 191, 64, 0]);
    expect(reds(cut)).toEqual([0, 200, 200, 200, 200, 200, 200, 0]);
  });

  it("of two pixels has weights 1 2 3 2 1, of 9 together", () => {
    const cut = toCutOut(line, maskOf("####...."), { softEdge: 2, isWhole: true });
    const ninths = [9, 9, 8, 6, 3, 1, 0, 0];
    expect(alphas(cut)).toEqual(ninths.map((count) => Math.round((255 * count) / 9)));
  });

  it("is soft along rows and columns alike, and has its room in the box", () => {
    const image = grey(7, ...new Array<number>(49).fill(1));
    const dot = maskOf(".......", ".......", ".......", "...#...", ".......", ".......", ".......");
    const cut = toCutOut(image, dot, { softEdge: 1 });
    expect(cut.region).toEqual([2, 2, 5, 5]);
    expect(alphas(cut)).toEqual([1, 2, 1, 2, 4, 2, 1, 2, 1].map((count) => Math.round((255 * count) / 16)));
  });

  it("is none where the object leaves the image", () => {
    const image = grey(3, ...new Array<number>(9).fill(1));
    const cut = toCutOut(image, maskOf("###", "###", "..."), { softEdge: 1, isWhole: true });
    expect(alphas(cut)).toEqual([255, 255, 255, 191, 191, 191, 64, 64, 64]);
  });

  it("is multiplied with the image's own transparency", () => {
    const alpha = new Uint8Array(8).fill(128);
    const cut = toCutOut(line, maskOf("..####.."), { softEdge: 1, isWhole: true, alpha });
    expect(alphas(cut)).toEqual([0, 32, 96, 128, 128, 96, 32, 0]);
  });
});

describe("the ground", () => {
  it("of a colour is behind soft edges and behind what the image lacks", () => {
    const image = grey(4, 200, 200, 200, 200);
    const alpha = Uint8Array.of(255, 255, 0, 255);
    const cut = toCutOut(image, maskOf("####"), { ground: [100, 0, 0], alpha });
    expect(reds(cut)).toEqual([200, 200, 100, 200]);
    expect(alphas(cut)).toEqual([255, 255, 255, 255]);
    const soft = toCutOut(image, maskOf("##.."), { ground: [100, 0, 0], softEdge: 1, isWhole: true });
    // 100 + (200 - 100) * alpha / 255, alpha being 255, 191, 64, 0.
    expect(reds(soft)).toEqual([200, 175, 125, 100]);
  });

  it("that is blurred is the image without the object", () => {
    // The object is 250 and must not shine through: its pixels count 1/256 of the others.
    const image = grey(5, 10, 10, 250, 40, 40);
    const cut = toCutOut(image, maskOf("..#.."), { ground: { blur: 1 }, isWhole: true });
    // Weights 1 2 1. Second pixel: (10 + 2 * 10 + 250/256) / (3 + 1/256) = 10.3; fourth: (250/256 + 2 * 40 + 40) / (3 + 1/256) = 40.3.
    expect(reds(cut)).toEqual([10, 10, 250, 40, 40]);
    expect(alphas(cut)).toEqual([255, 255, 255, 255, 255]);
  });

  it("that is blurred by one pixel weighs neighbours 1 2 1, and the border goes on", () => {
    const image = grey(6, 0, 0, 80, 0, 0, 7);
    const cut = toCutOut(image, maskOf(".....#"), { ground: { blur: 1 }, isWhole: true });
    expect(reds(cut)).toEqual([0, 20, 40, 20, 0, 7]);
  });

  it("that is blurred far stays a plain where the image is one, and is a mean of many pixels where it is not", () => {
    const [width, height] = [200, 120];
    const half = new Uint8Array(width * height).map((_, i) => (i % width < 100 ? 0 : 200));
    const bits = new Uint8Array(width * height);
    bits[0] = 1;
    const mask = rleFromBitmap(bits, width, height);
    const image = grey(width, ...half);
    const blurred = reds(toCutOut(image, mask, { ground: { blur: 40 }, isWhole: true }));
    const row = blurred.slice(60 * width, 61 * width);
    expect([row[10], row[190]]).toEqual([0, 200]);
    // Half of a tent lies on each side of the step; cells of five pixels are filled in between.
    expect(Math.abs((row[99] ?? 0) - 100)).toBeLessThanOrEqual(3);
    expect(Math.abs((row[100] ?? 0) - 100)).toBeLessThanOrEqual(3);
    // A quarter of a tent of 40 lies beyond 0.29 * 40 = 12 pixels: 50 of 200.
    expect(Math.abs((row[88] ?? 0) - 50)).toBeLessThanOrEqual(4);
    expect(row.every((value, i) => value >= (row[i - 1] ?? 0))).toBe(true);
  });

  it("that is blurred is as transparent as the image", () => {
    const alpha = Uint8Array.of(255, 0, 255, 100);
    const cut = toCutOut(grey(4, 9, 99, 9, 9), maskOf("..#."), {
      ground: { blur: 1 },
      isWhole: true,
      alpha,
    });
    expect(alphas(cut)).toEqual([255, 0, 255, 100]);
    // What nobody sees is in no mean.
    expect(reds(cut)).toEqual([9, 0, 9, 9]);
  });

  it("of a JPEG is white where it would be transparent", () => {
    const cut = toCutOut(grey(4, 55, 55, 55, 55), maskOf("##.."), {
      softEdge: 1,
      isWhole: true,
      isOpaque: true,
    });
    // 255 - 200 * alpha / 255, alpha being 255, 191, 64, 0.
    expect(reds(cut)).toEqual([55, 105, 205, 255]);
    expect(alphas(cut)).toEqual([255, 255, 255, 255]);
  });

  it("is refused where it is none", () => {
    const cut = (options: object) => () => toCutOut(grey(1, 1), maskOf("#"), options);
    expect(cut({ ground: "pink" })).toThrow(/ground: expected "transparent"/);
    expect(cut({ ground: [1, 2] })).toThrow(/ground/);
    expect(cut({ ground: { blur: 0 } })).toThrow(/ground.blur: expected pixels from 1 to 1000, got 0/);
    expect(cut({ softEdge: -1 })).toThrow(/softEdge/);
  });
});

describe("a large cut-out", () => {
  const side = 900;
  const image: PixelImage = {
    data: new Uint8Array(3 * side * side).map((_, i) => (i * 7919) % 251),
    width: side,
    height: side,
    channels: 3,
  };
  const disc = rleFromBitmap(
    new Uint8Array(side * side).map((_, i) =>
      Math.hypot((i % side) - 450, Math.floor(i / side) - 450) < 420 ? 1 : 0,
    ),
    side,
    side,
  );

  it("is the same whether or not it is made in pieces", async () => {
    const options = { softEdge: 3, ground: { blur: 20 } };
    const [whole, pieces] = [toCutOut(image, disc, options), await cutOut(image, disc, options)];
    expect(Buffer.compare(whole.data as Uint8Array, pieces.data as Uint8Array)).toBe(0);
    // No seam between stripes: in the middle column of the disc all is the photo itself.
    const [left, top] = whole.region;
    for (let y = 60; y < 840; y++) {
      const at = 4 * ((y - top) * whole.width + 450 - left);
      expect(whole.data[at]).toBe(image.data[3 * (y * side + 450)]);
    }
  });

  it("ends when it is told to", async () => {
    const controller = new AbortController();
    const made = cutOut(image, disc, { ground: { blur: 20 }, signal: controller.signal });
    controller.abort(new DOMException("enough", "AbortError"));
    await expect(made).rejects.toThrow("enough");
  });
});
