import { planUpsample, upsampleLogits } from "@sam2js/masks";
import { expect, it } from "vitest";
import { upsampleBits } from "./upsample-bits.js";

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
  ["one number that is none", (i) => (i === 7 ? Number.NaN : 3)],
  ["infinities", (i) => (i % 5 === 0 ? -1 / 0 : 1 / 0)],
  ["huge logits", (i) => (i % 2 ? 1e30 : -1e30)],
];

it.each(FIELDS)("marks exactly the pixels whose logit is above the threshold: %s", (_, field) => {
  for (const [from, to] of SIZES) {
    const [h, w] = from;
    const logits = Float32Array.from({ length: h * w }, (_, i) => field(i, i % w, Math.floor(i / w)));
    const plan = planUpsample(from, to);
    const bits = new Uint8Array(to[0] * to[1]);
    upsampleBits(logits, bits, plan, 0.75);
    const full = upsampleLogits(logits, plan);
    expect(bits).toEqual(Uint8Array.from(full, (logit) => (logit > 0.75 ? 1 : 0)));
  }
});
