import type { ResizeFilter } from "../options/resample.js";

/** A filter that weighs neighbours, as opposed to `nearest`. */
export type WeighingFilter = Exclude<ResizeFilter, "nearest">;

/** Fixed-point weights of one axis: output i is Σⱼ weights[i·taps + j] · input[starts[i] + j] / 2^precision, j < counts[i]. */
export interface FilterWeights {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Int16Array;
  readonly taps: number;
  readonly precision: number;
}

/** Width of each kernel, in output pixels, to either side of its centre. */
const REACH: Record<WeighingFilter, number> = { bilinear: 1, bicubic: 2, lanczos: 3 };

const KERNEL: Record<WeighingFilter, (x: number) => number> = {
  bilinear: (x) => Math.max(0, 1 - Math.abs(x)),
  bicubic: keys,
  lanczos: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0),
};

/** Keys' cubic with a = -1/2, the value of antialiased resizing in PIL and PyTorch. */
function keys(x: number): number {
  const a = -0.5;
  const t = Math.abs(x);
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  if (t < 2) return (((t - 5) * t + 8) * t - 4) * a;
  return 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Exact weights of one axis: output i is Σⱼ weights[i·taps + j] · input[starts[i] + j], j < counts[i]. */
interface FilterWindows {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Float64Array;
  readonly taps: number;
}

/**
 * Windows that bring `inputSize` samples to `outputSize` with antialiasing, as PyTorch has them:
 *
 *   s = input / output      c = s · (i + ½)      r = reach · max(s, 1)
 *   j from ⌊c - r + ½⌋ to ⌊c + r + ½⌋ (exclusive)      wⱼ = k((j - c + ½) / max(s, 1)) / Σ k
 */
export function filterWindows(inputSize: number, outputSize: number, filter: WeighingFilter): FilterWindows {
  const scale = inputSize / outputSize;
  const stretch = Math.max(scale, 1);
  const radius = REACH[filter] * stretch;
  const taps = Math.min(Math.ceil(radius) * 2 + 1, inputSize);
  const kernel = KERNEL[filter];
  const starts = new Int32Array(outputSize);
  const counts = new Int32Array(outputSize);
  const weights = new Float64Array(outputSize * taps);
  for (let i = 0; i < outputSize; i += 1) {
    const centre = scale * (i + 0.5);
    const start = Math.max(Math.trunc(centre - radius + 0.5), 0);
    const count = Math.min(Math.min(Math.trunc(centre + radius + 0.5), inputSize) - start, taps);
    let sum = 0;
    for (let j = 0; j < count; j += 1) {
      const weight = kernel((j + start - centre + 0.5) / stretch);
      weights[i * taps + j] = weight;
      sum += weight;
    }
    for (let j = 0; j < count; j += 1) weights[i * taps + j] = weights[i * taps + j]! / sum;
    starts[i] = start;
    counts[i] = count;
  }
  return { starts, counts, weights, taps };
}

/**
 * {@link filterWindows} rounded to 16 bit with the largest power of two that keeps the largest weight below 2^15, as PyTorch's uint8
 * kernels have them.
 */
export function filterWeights(inputSize: number, outputSize: number, filter: WeighingFilter): FilterWeights {
  const { weights: exact, ...windows } = filterWindows(inputSize, outputSize, filter);
  const precision = fixedPointPrecision(exact.reduce((largest, weight) => Math.max(largest, weight), 0));
  const one = 2 ** precision;
  const weights = Int16Array.from(exact, (weight) => Math.trunc(weight * one + (weight < 0 ? -0.5 : 0.5)));
  return { ...windows, weights, precision };
}

/** Most bits that a weight can be shifted by and still fit 16 bit with sign; 22 at most, so that a sum of bytes fits 32 bit. */
function fixedPointPrecision(largest: number): number {
  let precision = 0;
  while (precision < 22 && Math.trunc(0.5 + largest * 2 ** (precision + 1)) < 2 ** 15) precision += 1;
  return precision;
}
