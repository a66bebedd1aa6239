import { checkMembers, checkSize } from "@sam2js/core";
import type { ResizeFilter } from "../options/resample.js";
import { filterWindows } from "./filter-weights.js";
import { nearestIndices } from "./nearest.js";

/** One channel of numbers: that of pixel (x, y) is `data[(y · width + x) · stride]`. */
export interface FloatPlane {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  readonly stride: number;
}

/**
 * Resizes a plane of numbers and hands out its rows from top to bottom, antialiased, borders cut off and weights normalised. The array of a
 * row is used again for the next one.
 *
 * @see torch `interpolate(align_corners=False, antialias=True)`, nearest-exact without; equal to it within 1e-6 of the range
 */
export function* resizeFloatRows(
  plane: FloatPlane,
  outputHeight: number,
  outputWidth: number,
  filter: ResizeFilter,
): Generator<Float32Array> {
  const { width, height } = plane;
  const across = axis(width, outputWidth, filter);
  const down = axis(height, outputHeight, filter);
  const ring = Array.from({ length: down.taps }, () => new Float32Array(outputWidth));
  const row = new Float32Array(outputWidth);
  let ready = 0;
  for (let y = 0; y < outputHeight; y += 1) {
    const start = down.starts[y]!;
    const count = down.counts[y]!;
    for (ready = Math.max(ready, start); ready < start + count; ready += 1) {
      filterRow(plane, ready, across, ring[ready % down.taps]!);
    }
    for (let x = 0; x < outputWidth; x += 1) {
      let sum = 0;
      for (let j = 0; j < count; j += 1) {
        sum += down.weights[y * down.taps + j]! * ring[(start + j) % down.taps]![x]!;
      }
      row[x] = sum;
    }
    yield row;
  }
}

/**
 * Resizes float planes with the triangle filter, antialiased: how the reference brings mask prompts to size.
 *
 * @param data  [planes, height, width], row-major
 * @returns     [planes, outHeight, outWidth]
 */
export function resizeAntialiased(
  data: Float32Array,
  size: readonly [height: number, width: number],
  outSize: readonly [height: number, width: number],
): Float32Array {
  checkMembers(data, "data", "planes of numbers in a Float32Array", "length");
  checkSize(size);
  checkSize(outSize, "outSize");
  const [height, width] = size;
  const [outHeight, outWidth] = outSize;
  const area = height * width;
  const out = new Float32Array((data.length / area) * outHeight * outWidth);
  let to = 0;
  for (let from = 0; from < data.length; from += area) {
    const plane = { data: data.subarray(from, from + area), width, height, stride: 1 };
    for (const row of resizeFloatRows(plane, outHeight, outWidth, "bilinear")) {
      out.set(row, to);
      to += outWidth;
    }
  }
  return out;
}

interface Axis {
  readonly starts: Int32Array;
  readonly counts: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
  readonly taps: number;
}

function axis(size: number, outputSize: number, filter: ResizeFilter): Axis {
  if (filter !== "nearest" && size !== outputSize) {
    const windows = filterWindows(size, outputSize, filter);
    return { ...windows, weights: Float32Array.from(windows.weights) };
  }
  const ones = new Uint8Array(outputSize).fill(1);
  return { starts: nearestIndices(size, outputSize), counts: ones, weights: ones, taps: 1 };
}

function filterRow(
  plane: FloatPlane,
  y: number,
  { starts, counts, weights, taps }: Axis,
  row: Float32Array,
): void {
  const { data, width, stride } = plane;
  for (let x = 0; x < row.length; x += 1) {
    let from = (y * width + starts[x]!) * stride;
    let sum = 0;
    for (let j = 0; j < counts[x]!; j += 1, from += stride) sum += weights[x * taps + j]! * data[from]!;
    row[x] = sum;
  }
}
