import { Tensor } from "@sam2js/core";
import { Mask } from "@sam2js/masks";
import { describe, expect, it } from "vitest";
import { annotate } from "./annotate.js";
import { glyphOf } from "./glyphs.js";
import { textPath, textWidth } from "./text.js";

const blank = (width: number, height: number) => ({
  data: new Uint8Array(width * height * 3),
  width,
  height,
  channels: 3 as const,
});
const inked = ({ data }: { data: ArrayLike<number> }) =>
  Array.from(data).reduce((sum, value) => sum + value, 0) / 765;

describe("text", () => {
  it("knows every letter of ASCII that names are made of", () => {
    const frame = glyphOf("\u{10ffff}");
    for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;-+_/()[]<>=#%!?'\"|\\~*") {
      expect(glyphOf(letter), letter).not.toEqual(frame);
      expect(glyphOf(letter).advance).toBeGreaterThan(2);
    }
  });

  it("leaves accents out and frames letters that it does not know", () => {
    expect(textWidth("é", 12)).toBe(textWidth("e", 12));
    expect(glyphOf("漢")).toEqual(glyphOf("字"));
  });

  it("grows with its size and stays inside its width", () => {
    expect(textWidth("truck", 24)).toBeCloseTo(2 * textWidth("truck", 12));
    const path = textPath("truck 0.97", 10, 10, 20, "#ffffff");
    const xs = [...path.matchAll(/[ML]([\d.]+) /g)].map(([, x]) => Number(x));
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...xs)).toBeLessThan(10 + textWidth("truck 0.97", 20));
    expect(Math.max(...xs)).toBeGreaterThan(textWidth("truck 0.97", 20) * 0.9);
  });
});

describe("annotate", () => {
  const bits = new Uint8Array(100 * 80);
  for (let y = 20; y < 60; y++) bits.fill(1, y * 100 + 30, y * 100 + 70);
  const mask = Mask.fromBitmap(new Tensor("uint8", bits, [80, 100]), { score: 0.9 });

  it("draws clicks in green and red, the box in the object's colour, and a label", async () => {
    const object = {
      id: "cup",
      points: [
        [50, 40],
        [10, 70],
      ] as const,
      labels: [1, 0],
      box: [28, 18, 72, 62] as const,
    };
    const canvas = await annotate(blank(100, 80), [
      { object, mask, color: [230, 159, 0], label: "cup 0.90" },
    ]);
    const at = (x: number, y: number) => [...canvas.data.subarray(3 * (y * 100 + x), 3 * (y * 100 + x) + 3)];
    expect(at(50, 43)[1]).toBeGreaterThan(at(50, 43)[0] ?? 255); // green below the white +
    expect(at(10, 73)[0]).toBeGreaterThan(at(10, 73)[1] ?? 255); // red below the white −
    const [red = 0, , blue = 255] = at(28, 40);
    expect(red).toBeGreaterThan(200);
    expect(blue).toBeLessThan(80);
    expect(at(90, 75)).toEqual([0, 0, 0]);
  });

  it("draws nothing outside the picture and no label for an empty mask", async () => {
    const empty = Mask.fromBitmap(new Tensor("uint8", new Uint8Array(400), [20, 20]));
    const object = { id: "far", points: [[500, 500]] as const, labels: [1] };
    const canvas = await annotate(blank(20, 20), [{ object, mask: empty, color: [255, 0, 0], label: "far" }]);
    expect(inked(canvas)).toBe(0);
  });

  it("draws on pictures that are longer than one SVG may be", async () => {
    const width = 40_000;
    const none = Mask.fromBitmap(new Tensor("uint8", new Uint8Array(width * 4), [4, width]));
    const object = { id: "far", points: [[39_000, 2]] as const, labels: [1] };
    const { data } = await annotate(blank(width, 4), [
      { object, mask: none, color: [255, 0, 0], label: "far" },
    ]);
    expect(data.subarray(0, 3 * 32_768).every((value) => value === 0)).toBe(true);
    expect([...data.subarray(3 * 39_000, 3 * 39_000 + 3)]).toEqual([255, 255, 255]);
  });

  it("draws over the borders of the pieces that it draws on", async () => {
    const [width, height] = [2200, 60];
    const none = Mask.fromBitmap(new Tensor("uint8", new Uint8Array(width * height), [height, width]));
    const drawn = (shift: number) => {
      const object = {
        id: "a",
        points: [[2048 + shift, 30]] as const,
        labels: [1],
        box: [1900 + shift, 5, 2100 + shift, 55] as const,
      };
      return annotate(blank(width, height), [{ object, mask: none, color: [9, 99, 9], label: "a" }]);
    };
    const [across, inside] = [(await drawn(0)).data, (await drawn(-1000)).data];
    const row = (data: Uint8Array | Uint8ClampedArray, y: number, x: number) =>
      data.subarray(3 * (y * width + x), 3 * (y * width + x + 300));
    for (let y = 0; y < height; y++) expect(row(across, y, 1850)).toEqual(row(inside, y, 850));
  });

  it("leaves all other pixels alone", async () => {
    const data = Uint8Array.from({ length: 60 * 60 * 3 }, (_, i) => (i * 97) % 256);
    const before = data.slice();
    const none = Mask.fromBitmap(new Tensor("uint8", new Uint8Array(3600), [60, 60]));
    const object = { id: "a", points: [[10, 10]] as const, labels: [1] };
    const drawn = await annotate({ ...blank(60, 60), data }, [
      { object, mask: none, color: [9, 9, 9], label: "a" },
    ]);
    expect(drawn.data.subarray(3 * 60 * 20)).toEqual(before.subarray(3 * 60 * 20));
  });

  it("draws dots", () => {
    expect(textPath("i", 0, 0, 20, "#ffffff")).not.toMatch(/M[^L]*(M|")/);
  });
});
