import { ShapeError } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { blobLogits, seeded } from "./__fixtures__/random-masks.js";
import { checkRle } from "./check-rle.js";
import { countAboveBoth } from "./count-above.js";
import { MaskKernel } from "./kernel/mask-kernel.js";
import { countAbove, MaskTracer, traceMask } from "./mask-tracer.js";
import { rleFromBitmap } from "./rle.js";
import { planUpsample, upsampleLogits } from "./upsample-logits.js";

const random = seeded(4);
const whole = (limit: number) => Math.floor(random() * limit);

/** Upsamples for real and compares every pixel, with and without vector instructions. */
function check(logits: Float32Array, from: [number, number], to: [number, number], threshold: number) {
  const plan = planUpsample(from, to);
  const dense = upsampleLogits(logits, plan);
  const bits = Uint8Array.from(dense, (value) => (value > Math.fround(threshold) ? 1 : 0));
  const traced = traceMask(logits, from, to, threshold);
  checkRle(traced);
  const same = Buffer.from(rleFromBitmap(bits, to[1], to[0]).counts).equals(Buffer.from(traced.counts));
  if (!same) expect([...traced.counts]).toEqual([...rleFromBitmap(bits, to[1], to[0]).counts]);
  const count = (level: number) =>
    dense.reduce((sum, value) => sum + (value > Math.fround(level) ? 1 : 0), 0);
  expect(countAbove(logits, from, to, [threshold])).toEqual([count(threshold)]);
  for (const other of [threshold - 2, threshold + 0.5]) {
    const expected = {
      higher: count(Math.max(other, threshold)),
      lower: count(Math.min(other, threshold)),
    };
    expect(new MaskTracer(from, to).countAbove(logits, [other, threshold])).toEqual(expected);
    expect(countAboveBoth(logits, plan, [other, threshold])).toEqual(expected);
  }
}

describe("MaskTracer", () => {
  it("gives the pixels of the dense path exactly for noise, at larger, smaller and equal sizes", () => {
    for (let trial = 0; trial < 400; trial++) {
      const from: [number, number] = [1 + whole(12), 1 + whole(12)];
      const to: [number, number] = [1 + whole(80), 1 + whole(80)];
      const logits = Float32Array.from({ length: from[0] * from[1] }, () => 20 * (random() - random()));
      for (const threshold of [0, 1, -1, 0.3]) check(logits, from, to, threshold);
    }
  });

  it("gives the pixels of the dense path exactly for blobs at many pixels a cell", () => {
    for (let trial = 0; trial < 12; trial++) {
      const from: [number, number] = [24 + whole(16), 24 + whole(16)];
      const to: [number, number] = [100 + whole(500), 100 + whole(500)];
      const logits = blobLogits(random, from[1], from[0], trial % 3);
      for (const threshold of [0, 1, -1]) check(logits, from, to, threshold);
    }
  });

  it("agrees with the dense path where logits lie on the threshold, or a last bit beside it", () => {
    for (let trial = 0; trial < 200; trial++) {
      const from: [number, number] = [2 + whole(6), 2 + whole(6)];
      const to: [number, number] = [1 + whole(50), 1 + whole(50)];
      const threshold = [0, 1, -1][whole(3)]!;
      const near = [threshold, threshold * (1 + 2 ** -23), threshold * (1 - 2 ** -24), 5, -5];
      check(
        Float32Array.from({ length: from[0] * from[1] }, () => near[whole(5)]!),
        from,
        to,
        threshold,
      );
    }
  });

  it("has vector instructions here, so that the tests above are of them", () => {
    expect(MaskKernel.for(planUpsample([8, 8], [40, 60]))).toBeDefined();
  });

  it("goes without them beyond their bounds: thresholds near the largest number, more pixels than an integer counts", () => {
    const logits = Float32Array.of(-1, 1, 2, 3e38);
    expect([...traceMask(logits, [2, 2], [2, 2], 2e30).counts]).toEqual([3, 1]);
    expect(countAbove(logits, [2, 2], [2, 2], [2e30])).toEqual([1]);
    expect(MaskKernel.for(planUpsample([1, 1], [65_536, 32_768]))).toBeUndefined();
  });

  it("serves tracers of several sizes in turn", () => {
    const sizes = [
      [40, 60],
      [500, 333],
      [7, 5],
    ] as const;
    const logits = blobLogits(random, 8, 8, 2);
    const tracers = sizes.map((to) => new MaskTracer([8, 8], to));
    for (let round = 0; round < 2; round++) {
      expect(tracers.map((tracer) => tracer.trace(logits))).toEqual(
        sizes.map((to) => traceMask(logits, [8, 8], to)),
      );
    }
  });

  it("serves many masks with one object and refuses logits of another size", () => {
    const tracer = new MaskTracer([8, 8], [40, 60]);
    const masks = Array.from({ length: 3 }, () => blobLogits(random, 8, 8, 2));
    const together = masks.map((logits) => tracer.trace(logits));
    expect(together).toEqual(masks.map((logits) => traceMask(logits, [8, 8], [40, 60])));
    expect(() => tracer.trace(new Float32Array(63))).toThrow(ShapeError);
  });
});
