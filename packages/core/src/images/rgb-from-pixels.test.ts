import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ImageError } from "../errors/errors.js";
import blend from "./__fixtures__/blend.json" with { type: "json" };
import { isPixelImage, type PixelImage } from "./image.js";
import { rgbFromPixels } from "./rgb-from-pixels.js";

describe("rgbFromPixels", () => {
  it("repeats grey and drops alpha", async () => {
    const rgb = async (image: PixelImage) => Array.from((await rgbFromPixels(image)).data);
    expect(await rgb({ data: Uint8Array.of(7), width: 1, height: 1, channels: 1 })).toEqual([7, 7, 7]);
    expect(await rgb({ data: Uint8Array.of(7, 0), width: 1, height: 1, channels: 2 })).toEqual([7, 7, 7]);
    expect(await rgb({ data: Uint8Array.of(1, 2, 3, 0), width: 1, height: 1 })).toEqual([1, 2, 3]);
  });

  it("blends with white as Pillow does, for every colour and alpha", async () => {
    const levels = Uint8Array.from({ length: 256 * 256 * 4 }, (_, i) =>
      i % 4 < 3 ? i >> 10 : (i >> 2) % 256,
    );
    const { data } = await rgbFromPixels({ data: levels, width: 256, height: 256 }, { alpha: "white" });
    expect(data[3 * (200 * 256 + 128)]).toBe(blend.samples["200 at 128"]);
    expect(createHash("sha256").update(data).digest("hex")).toBe(blend.sha256);
    const grey = await rgbFromPixels(
      { data: Uint8Array.of(90, 77), width: 1, height: 1, channels: 2 },
      { alpha: "white" },
    );
    expect(Array.from(grey.data)).toEqual(Array(3).fill(blend.samples["90 at 77"]));
  });

  it("gives RGB back without a copy", async () => {
    const data = new Uint8Array(6);
    expect((await rgbFromPixels({ data, width: 2, height: 1, channels: 3 })).data).toBe(data);
  });

  it.each([
    { data: new Uint8Array(5), width: 2, height: 1, channels: 3 },
    { data: new Uint8Array(0), width: 0, height: 1, channels: 3 },
    { data: new Uint8Array(6), width: 1.5, height: 1, channels: 4 },
    { data: new Uint8Array(5), width: 1, height: 1, channels: 5 },
    { data: new Uint8Array(65_537), width: 65_537, height: 1, channels: 1 },
  ])("refuses $width x $height x $channels with other data", async (image) => {
    await expect(rgbFromPixels(image as PixelImage)).rejects.toThrow(ImageError);
  });

  it("hears an abort", async () => {
    const image = { data: new Uint8Array(4), width: 1, height: 1 };
    const work = rgbFromPixels(image, { signal: AbortSignal.abort("enough") });
    await expect(work).rejects.toBe("enough");
  });
});

describe("isPixelImage", () => {
  it("tells pixels from other images", () => {
    expect(isPixelImage({ data: new Uint8ClampedArray(4), width: 1, height: 1 })).toBe(true);
    expect(isPixelImage({ data: [1, 2, 3], width: 1, height: 1 })).toBe(false);
    expect(isPixelImage({ width: 1, height: 1 })).toBe(false);
    expect(isPixelImage(new Uint8Array(4))).toBe(false);
    expect(isPixelImage(null)).toBe(false);
  });
});
