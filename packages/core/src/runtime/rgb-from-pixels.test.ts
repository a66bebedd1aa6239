import { describe, expect, it } from "vitest";
import { ImageError } from "../errors/errors.js";
import { isPixelImage, type PixelImage } from "./image.js";
import { rgbFromPixels } from "./rgb-from-pixels.js";

describe("rgbFromPixels", () => {
  it("repeats grey and drops alpha", () => {
    const rgb = (image: PixelImage) => Array.from(rgbFromPixels(image).data);
    expect(rgb({ data: Uint8Array.of(7), width: 1, height: 1, channels: 1 })).toEqual([7, 7, 7]);
    expect(rgb({ data: Uint8Array.of(7, 0), width: 1, height: 1, channels: 2 })).toEqual([7, 7, 7]);
    expect(rgb({ data: Uint8Array.of(1, 2, 3, 0), width: 1, height: 1 })).toEqual([1, 2, 3]);
  });

  it("gives RGB back without a copy", () => {
    const data = new Uint8Array(6);
    expect(rgbFromPixels({ data, width: 2, height: 1, channels: 3 }).data).toBe(data);
  });

  it.each([
    { data: new Uint8Array(5), width: 2, height: 1, channels: 3 },
    { data: new Uint8Array(0), width: 0, height: 1, channels: 3 },
    { data: new Uint8Array(6), width: 1.5, height: 1, channels: 4 },
    { data: new Uint8Array(5), width: 1, height: 1, channels: 5 },
  ])("refuses $width x $height x $channels with other data", (image) => {
    expect(() => rgbFromPixels(image as PixelImage)).toThrow(ImageError);
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
