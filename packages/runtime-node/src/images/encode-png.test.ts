import { inflateSync } from "node:zlib";
import { ImageError } from "@sam2js/core";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { encodePng } from "./encode-png.js";

const ramp = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37) % 256);

describe("encodePng", () => {
  test.each([1, 3, 4] as const)("%i channels come back as they went in", async (channels) => {
    const data = ramp(5 * 4 * channels);
    const png = await encodePng({ data, width: 5, height: 4, channels });
    expect((await sharp(png).metadata()).channels).toBe(channels);
    const pixels = channels === 1 ? sharp(png).toColourspace("b-w") : sharp(png);
    const decoded = await pixels.raw().toBuffer({ resolveWithObject: true });
    expect([...decoded.data]).toEqual([...data]);
  });

  test("a clamped view into a larger buffer is taken for what it shows", async () => {
    const data = new Uint8ClampedArray(ramp(20).buffer, 4, 4);
    const png = await encodePng({ data, width: 2, height: 2, channels: 1 });
    expect([...(await sharp(png).toColourspace("b-w").raw().toBuffer())]).toEqual([...data]);
  });

  test("palette indices keep their numbers, also where two colours are equal", async () => {
    const palette = Uint8Array.of(0, 0, 0, 255, 0, 0, 255, 0, 0, 9, 8, 7);
    const data = Uint8Array.of(0, 1, 2, 3, 2, 1);
    const png = await encodePng({ data, width: 3, height: 2, channels: 1, palette });
    const [depth, colourType] = png.subarray(24, 26);
    expect([depth, colourType]).toEqual([8, 3]);
    const rgb = [...data].flatMap((index) => [...palette.subarray(3 * index, 3 * index + 3)]);
    expect([...(await sharp(png).raw().toBuffer())]).toEqual(rgb);
    expect(indicesOf(png, 3)).toEqual([0, 1, 2, 3, 2, 1]);
  });

  test.each([
    ["data of another length", { data: ramp(3), width: 2, height: 2, channels: 1 }],
    ["an index without a colour", { data: ramp(4), width: 2, height: 2, channels: 1, palette: ramp(6) }],
    ["a palette for three channels", { data: ramp(12), width: 2, height: 2, channels: 3, palette: ramp(6) }],
    ["a palette that is no triples", { data: ramp(1), width: 1, height: 1, channels: 1, palette: ramp(4) }],
    ["no pixels", { data: ramp(0), width: 0, height: 2, channels: 1 }],
  ] as const)("%s is an ImageError", async (_, image) => {
    await expect(encodePng(image)).rejects.toSatisfy((error) => ImageError.isInstance(error));
  });
});

/** The indices in the (only) IDAT chunk of an 8-bit indexed PNG without filters. */
function indicesOf(png: Uint8Array, width: number): number[] {
  const bytes = Buffer.from(png);
  const at = bytes.indexOf("IDAT");
  const rows = inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
  return [...rows].filter((_, i) => i % (width + 1) !== 0);
}
