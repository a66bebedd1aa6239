import { expect, it } from "vitest";
import { noiseBitmap, seeded } from "./__fixtures__/random-masks.js";
import { MaskTracer } from "./mask-tracer.js";
import { paintRle } from "./paint-rle.js";
import { rleFromBitmap } from "./rle.js";
import { planUpsample, upsampleLogits } from "./upsample-logits.js";

const SIZES: [[number, number], [number, number]][] = [
  [
    [16, 16],
    [50, 70],
  ],
  [
    [13, 9],
    [13, 9],
  ],
  [
    [20, 31],
    [7, 5],
  ],
  [
    [1, 1],
    [9, 4],
  ],
  [
    [1, 12],
    [40, 3],
  ],
  [
    [12, 1],
    [3, 40],
  ],
];
const FIELDS: [string, (i: number, x: number, y: number) => number][] = [
  ["noise", (i) => Math.sin(i * 12.9898) * 8],
  ["a disc", (_, x, y) => 5 - Math.hypot(x - 6, y - 6)],
  ["values next to the threshold", (i) => 0.75 + ((i % 3) - 1) * 2 ** -24],
  ["the threshold itself", () => 0.75],
  ["huge logits", (i) => (i % 2 ? 1e30 : -1e30)],
];

it.each(FIELDS)("paints exactly the pixels whose logit is above the threshold: %s", (_, field) => {
  for (const [from, to] of SIZES) {
    const [h, w] = from;
    const logits = Float32Array.from({ length: h * w }, (_, i) => field(i, i % w, Math.floor(i / w)));
    const bits = new Uint8Array(to[0] * to[1]);
    paintRle(new MaskTracer(from, to).trace(logits, 0.75), bits);
    const full = upsampleLogits(logits, planUpsample(from, to));
    expect(bits).toEqual(Uint8Array.from(full, (logit) => (logit > 0.75 ? 1 : 0)));
  }
});

it("gives back any bitmap, and run lengths with empty runs", () => {
  const random = seeded(3);
  for (const [width, height] of [
    [1, 1],
    [1, 9],
    [9, 1],
    [17, 23],
  ] as const) {
    for (const density of [0, 0.1, 0.5, 0.9, 1]) {
      const bitmap = noiseBitmap(random, width, height, density);
      const bits = new Uint8Array(width * height);
      paintRle(rleFromBitmap(bitmap, width, height), bits);
      expect([...bits]).toEqual([...bitmap]);
    }
  }
  const bits = new Uint8Array(6);
  paintRle({ size: [2, 3], counts: [1, 1, 0, 2, 0, 0, 2] }, bits);
  expect([...bits]).toEqual([0, 1, 0, 1, 1, 0]);
  paintRle({ size: [0, 3], counts: [] }, new Uint8Array());
});
