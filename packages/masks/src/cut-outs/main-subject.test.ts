import { expect, it } from "vitest";
import { Mask } from "../masks/mask.js";
import { rleFromBitmap } from "../masks/rle.js";
import { mainSubject } from "./main-subject.js";

const [WIDTH, HEIGHT] = [40, 30];

function rectangle(x0: number, y0: number, x1: number, y1: number, score?: number): Mask {
  const bits = new Uint8Array(WIDTH * HEIGHT).map((_, i) => {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    return x >= x0 && x < x1 && y >= y0 && y < y1 ? 1 : 0;
  });
  return new Mask(rleFromBitmap(bits, WIDTH, HEIGHT), { score });
}

const person = rectangle(12, 5, 28, 30, 0.9);
const face = rectangle(17, 5, 23, 12, 0.95);
const sky = rectangle(0, 0, 40, 12, 0.97);
const stone = rectangle(0, 24, 6, 30, 0.97);
const nothing = rectangle(0, 0, 0, 0, 1);

it("takes the whole object in the middle before its part, the sky and what lies in a corner", () => {
  expect(mainSubject([sky, face, stone, person, nothing])).toBe(person);
  expect(mainSubject([sky, stone, face])).toBe(face);
});

it("takes the surer of two that are alike, and a score for certain where there is none", () => {
  expect(mainSubject([rectangle(12, 5, 28, 30, 0.8), person])).toBe(person);
  const sure = rectangle(12, 5, 28, 30);
  expect(mainSubject([person, sure])).toBe(sure);
});

it("takes nothing of nothing", () => {
  expect(mainSubject([])).toBeUndefined();
  expect(mainSubject([nothing])).toBeUndefined();
});

it("multiplies score, size, centrality and how little of the border it has", () => {
  // Left half: size 1 (above a quarter), a half of a half off the middle: 1 - 0.5² = 0.75; border (20 + 20 + 30) / 140 = 1/2, squared 1/4: 0.1875.
  const half = rectangle(0, 0, 20, 30, 1);
  // In the very middle with a share of 1/100 of the image and a score s: s * sqrt(1/25) = s / 5. Equal at s = 0.9375.
  const small = (score: number) => rectangle(17, 14, 23, 16, score);
  expect(mainSubject([half, small(0.93)])).toBe(half);
  expect(mainSubject([half, small(0.95)])?.area).toBe(12);
});

it("takes what is in one piece before what is seen between other things", () => {
  // 20 columns of five pixels with as many gaps: 5 stretches in each column, so a fifth of the value of one piece of half its width.
  const bits = new Uint8Array(WIDTH * HEIGHT).map((_, i) => {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    return x >= 10 && x < 30 && y >= 10 && y < 20 && y % 2 === 0 ? 1 : 0;
  });
  const ragged = new Mask(rleFromBitmap(bits, WIDTH, HEIGHT), { score: 1 });
  const piece = rectangle(18, 13, 22, 17, 0.9);
  expect([ragged.area, piece.area]).toEqual([100, 16]);
  expect(mainSubject([ragged, piece])).toBe(piece);
});
