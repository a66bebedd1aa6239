import { Tensor } from "@sam2js/core";
import { Mask } from "@sam2js/masks";
import { describe, expect, it } from "vitest";
import { annotate } from "./annotate.js";
import { disc, line, paint, roundedBox } from "./canvas.js";
import { glyphOf } from "./glyphs.js";
import { drawText, textWidth } from "./text.js";

const blank = (width: number, height: number) => ({
  data: new Uint8Array(width * height * 3),
  width,
  height,
});
const inked = ({ data }: { data: Uint8Array }) => data.reduce((sum, value) => sum + value, 0) / 765;

describe("paint", () => {
  it("covers the area of a shape, edges in part", () => {
    const canvas = blank(40, 40);
    paint(canvas, disc(20, 20, 10), [10, 10, 30, 30], [255, 255, 255]);
    expect(inked(canvas)).toBeGreaterThan(Math.PI * 100 * 0.98);
    expect(inked(canvas)).toBeLessThan(Math.PI * 100 * 1.02);
  });

  it("cuts shapes off at the border and leaves the rest alone", () => {
    const canvas = blank(8, 8);
    paint(canvas, roundedBox([-4, -4, 4, 4], 0), [-4, -4, 4, 4], [255, 255, 255]);
    expect(inked(canvas)).toBeCloseTo(16, 0);
    paint(canvas, disc(100, 100, 3), [97, 97, 103, 103], [255, 255, 255]);
    expect(inked(canvas)).toBeCloseTo(16, 0);
  });

  it("draws lines of their thickness, and dots", () => {
    const canvas = blank(30, 10);
    paint(canvas, line(5, 5, 25, 5, 4), [3, 3, 27, 7], [255, 255, 255]);
    expect(inked(canvas)).toBeCloseTo(80 + Math.PI * 4, -1);
    expect(line(2, 2, 2, 2, 2)(4, 2)).toBe(1);
  });
});

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
    const canvas = blank(200, 60);
    drawText(canvas, "truck 0.97", 10, 10, 20, [255, 255, 255]);
    let right = 0;
    for (let i = 0; i < canvas.data.length; i += 3)
      if (canvas.data[i]) right = Math.max(right, (i / 3) % 200);
    expect(right).toBeLessThan(10 + textWidth("truck 0.97", 20) + 2);
    expect(right).toBeGreaterThan(textWidth("truck 0.97", 20) * 0.9);
  });
});

describe("annotate", () => {
  const bits = new Uint8Array(100 * 80);
  for (let y = 20; y < 60; y++) bits.fill(1, y * 100 + 30, y * 100 + 70);
  const mask = Mask.fromBitmap(new Tensor("uint8", bits, [80, 100]), { score: 0.9 });

  it("draws clicks in green and red, the box in the object's colour, and a label", () => {
    const canvas = blank(100, 80);
    const object = {
      id: "cup",
      points: [
        [50, 40],
        [10, 70],
      ] as const,
      labels: [1, 0],
      box: [28, 18, 72, 62] as const,
    };
    annotate(canvas, [{ object, mask, color: [230, 159, 0], label: "cup 0.90" }]);
    const at = (x: number, y: number) => [...canvas.data.subarray(3 * (y * 100 + x), 3 * (y * 100 + x) + 3)];
    expect(at(50, 43)[1]).toBeGreaterThan(at(50, 43)[0] ?? 255); // green below the white +
    expect(at(10, 73)[0]).toBeGreaterThan(at(10, 73)[1] ?? 255); // red below the white −
    const [red = 0, , blue = 255] = at(28, 40);
    expect(red).toBeGreaterThan(200);
    expect(blue).toBeLessThan(80);
    expect(at(90, 75)).toEqual([0, 0, 0]);
  });

  it("draws nothing outside the picture and no label for an empty mask", () => {
    const canvas = blank(20, 20);
    const empty = Mask.fromBitmap(new Tensor("uint8", new Uint8Array(400), [20, 20]));
    const object = { id: "far", points: [[500, 500]] as const, labels: [1] };
    annotate(canvas, [{ object, mask: empty, color: [255, 0, 0], label: "far" }]);
    expect(inked(canvas)).toBe(0);
  });
});
