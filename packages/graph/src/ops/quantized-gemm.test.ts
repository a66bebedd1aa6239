import { expect, test } from "vitest";
import { quantizeRows, rowScales } from "./quantized-gemm.js";

test("each row has its own step, its largest magnitude over the largest code", () => {
  const w = Float32Array.of(1, -64, 32, 0.5, 0, -0.25);
  expect([...rowScales(w, 2, 64)]).toEqual([1, 0.5 / 64]);
  expect([...quantizeRows(w, 2, 64)]).toEqual([1, -64, 32, 64, 0, -32]);
});

test("rounding is never off by more than half a step", () => {
  const w = Float32Array.from({ length: 3000 }, (_, i) => Math.sin(i * i) * 10 ** (i % 7));
  const scales = rowScales(w, 30, 127);
  const codes = quantizeRows(w, 30, 127);
  for (let row = 0; row < 30; row++) {
    for (let column = 0; column < 100; column++) {
      const step = scales[row] as number;
      const error = Math.abs(
        (codes[row * 100 + column] as number) * step - (w[row * 100 + column] as number),
      );
      expect(error).toBeLessThanOrEqual(0.5001 * step);
    }
  }
});

test("a row of zeros stays zero", () => {
  expect([...quantizeRows(new Float32Array(4), 2, 64), ...rowScales(new Float32Array(4), 2, 64)]).toEqual([
    0, 0, 0, 0, 1, 1,
  ]);
});
