import type { ResizeFilter } from "../options/resample.js";
import type { ByteImage } from "./byte-image.js";
import { type FilterWeights, filterWeights, type WeighingFilter } from "./filter-weights.js";
import { ResizeKernel } from "./kernel/resize-kernel.js";
import { nearestIndices } from "./nearest.js";

/**
 * Resizes an image of bytes and hands out its rows from top to bottom, so that no resized copy is ever held: memory is a few rows, and the
 * caller may pause between them. A row is `width · channels` bytes, channels interleaved; its array is used again for the next row.
 * Equal to `torchvision.transforms.v2.functional.resize(uint8, antialias=True)` on a CPU: horizontal pass, rounding to bytes, vertical pass.
 *
 * @param outputWidth   in pixels, >= 1
 * @param outputHeight  in pixels, >= 1
 */
export function* resizeRows(
  image: ByteImage,
  outputHeight: number,
  outputWidth: number,
  filter: ResizeFilter,
): Generator<Uint8ClampedArray> {
  const isResized = outputWidth !== image.width || outputHeight !== image.height;
  const kernel =
    isResized && filter !== "nearest" ? kernelFor(image, outputHeight, outputWidth, filter) : undefined;
  if (!kernel) {
    yield* resizeRowsPlainly(image, outputHeight, outputWidth, filter);
    return;
  }
  try {
    for (let y = 0; y < outputHeight; y += 1) yield kernel.row(y);
  } finally {
    kernel.end();
  }
}

/** An axis that keeps its size has weights that change nothing. */
function kernelFor(image: ByteImage, outputHeight: number, outputWidth: number, filter: WeighingFilter) {
  const across = filterWeights(image.width, outputWidth, filter);
  return ResizeKernel.take(image, across, filterWeights(image.height, outputHeight, filter));
}

/** {@link resizeRows} without WebAssembly: of engines and pages that have none, and of pictures that are not in colour. */
export function* resizeRowsPlainly(
  image: ByteImage,
  outputHeight: number,
  outputWidth: number,
  filter: ResizeFilter,
): Generator<Uint8ClampedArray> {
  const { width, height, channels } = image;
  const across =
    outputWidth === width
      ? copyRow(image)
      : filter === "nearest"
        ? pickPixels(image, nearestIndices(width, outputWidth))
        : filterRow(image, filterWeights(width, outputWidth, filter));
  const rowLength = outputWidth * channels;
  if (outputHeight === height || filter === "nearest") {
    const rows = nearestIndices(height, outputHeight);
    const row = new Uint8ClampedArray(rowLength);
    for (let y = 0; y < outputHeight; y += 1) {
      across(rows[y]!, row);
      yield row;
    }
    return;
  }
  yield* filterColumns(across, filterWeights(height, outputHeight, filter), rowLength);
}

/** Brings row `y` of an image to its new width. */
type AcrossPass = (y: number, row: Uint8ClampedArray) => void;

function copyRow({ data, width, stride, channels }: ByteImage): AcrossPass {
  return (y, row) => {
    const begin = y * width * stride;
    if (stride === channels) {
      row.set(data.subarray(begin, begin + width * channels));
      return;
    }
    for (let x = 0, to = 0; x < width; x += 1) {
      for (let c = 0; c < channels; c += 1, to += 1) row[to] = data[begin + x * stride + c]!;
    }
  };
}

function pickPixels({ data, width, stride, channels }: ByteImage, columns: Int32Array): AcrossPass {
  return (y, row) => {
    const begin = y * width * stride;
    for (let x = 0, to = 0; x < columns.length; x += 1) {
      const from = begin + columns[x]! * stride;
      for (let c = 0; c < channels; c += 1, to += 1) row[to] = data[from + c]!;
    }
  };
}

function filterRow(image: ByteImage, across: FilterWeights): AcrossPass {
  return image.channels === 3 ? filterColourRow(image, across) : filterAnyRow(image, across);
}

/** Three channels at once: by far the commonest case, and the hottest loop of preprocessing. */
function filterColourRow(image: ByteImage, across: FilterWeights): AcrossPass {
  const { data, width, stride } = image;
  const { starts, counts, weights, taps, precision } = across;
  const half = 1 << (precision - 1);
  const outputWidth = starts.length;
  return (y, row) => {
    const begin = y * width * stride;
    let to = 0;
    for (let x = 0; x < outputWidth; x += 1) {
      let from = begin + starts[x]! * stride;
      let k = x * taps;
      const end = k + counts[x]!;
      let red = half;
      let green = half;
      let blue = half;
      for (; k < end; k += 1) {
        const weight = weights[k]!;
        red = (red + Math.imul(weight, data[from]!)) | 0;
        green = (green + Math.imul(weight, data[from + 1]!)) | 0;
        blue = (blue + Math.imul(weight, data[from + 2]!)) | 0;
        from += stride;
      }
      row[to] = red >> precision;
      row[to + 1] = green >> precision;
      row[to + 2] = blue >> precision;
      to += 3;
    }
  };
}

function filterAnyRow(image: ByteImage, across: FilterWeights): AcrossPass {
  const { data, width, stride, channels } = image;
  const { starts, counts, weights, taps, precision } = across;
  const half = 1 << (precision - 1);
  const outputWidth = starts.length;
  return (y, row) => {
    const begin = y * width * stride;
    for (let x = 0, to = 0; x < outputWidth; x += 1) {
      const k = x * taps;
      const count = counts[x]!;
      for (let c = 0; c < channels; c += 1, to += 1) {
        let from = begin + starts[x]! * stride + c;
        let sum = half;
        for (let j = 0; j < count; j += 1, from += stride) {
          sum = (sum + Math.imul(weights[k + j]!, data[from]!)) | 0;
        }
        row[to] = sum >> precision;
      }
    }
  };
}

/** The vertical pass. Rows that were brought to their width wait in a ring until no output row needs them. */
function* filterColumns(
  across: AcrossPass,
  down: FilterWeights,
  rowLength: number,
): Generator<Uint8ClampedArray> {
  const { starts, counts, weights, taps, precision } = down;
  const half = 1 << (precision - 1);
  const ring = Array.from({ length: taps }, () => new Uint8ClampedArray(rowLength));
  const sums = new Int32Array(rowLength);
  const row = new Uint8ClampedArray(rowLength);
  let ready = 0;
  // Not in the generator's own body, which engines run slowly.
  const rowOf = (y: number) => {
    const start = starts[y]!;
    const count = counts[y]!;
    for (ready = Math.max(ready, start); ready < start + count; ready += 1) {
      across(ready, ring[ready % taps]!);
    }
    const k = y * taps;
    const rowAt = (j: number) => ring[(start + j) % taps]!;
    if (count === 2) {
      weighTwoRows(row, rowAt(0), weights[k]!, rowAt(1), weights[k + 1]!, precision);
    } else if (count === 3) {
      const pair = [rowAt(0), rowAt(1)] as const;
      weighThreeRows(row, pair, [weights[k]!, weights[k + 1]!], rowAt(2), weights[k + 2]!, precision);
    } else {
      sums.fill(half);
      let j = 0;
      for (; j + 1 < count; j += 2)
        addTwoRows(sums, rowAt(j), weights[k + j]!, rowAt(j + 1), weights[k + j + 1]!);
      if (j < count) addRow(sums, rowAt(j), weights[k + j]!);
      for (let i = 0; i < rowLength; i += 1) row[i] = sums[i]! >> precision;
    }
    return row;
  };
  for (let y = 0; y < starts.length; y += 1) yield rowOf(y);
}

/** What two rows give, in one sweep: images that are made little smaller need no sums in memory. */
function weighTwoRows(
  out: Uint8ClampedArray,
  upper: Uint8ClampedArray,
  upperWeight: number,
  lower: Uint8ClampedArray,
  lowerWeight: number,
  precision: number,
): void {
  const half = 1 << (precision - 1);
  for (let i = 0; i < out.length; i += 1) {
    out[i] = (half + Math.imul(upperWeight, upper[i]!) + Math.imul(lowerWeight, lower[i]!)) >> precision;
  }
}

/** The same of three rows. */
function weighThreeRows(
  out: Uint8ClampedArray,
  [first, second]: readonly [Uint8ClampedArray, Uint8ClampedArray],
  [firstWeight, secondWeight]: readonly [number, number],
  third: Uint8ClampedArray,
  thirdWeight: number,
  precision: number,
): void {
  const half = 1 << (precision - 1);
  for (let i = 0; i < out.length; i += 1) {
    const two = Math.imul(firstWeight, first[i]!) + Math.imul(secondWeight, second[i]!);
    out[i] = (half + two + Math.imul(thirdWeight, third[i]!)) >> precision;
  }
}

function addRow(sums: Int32Array, row: Uint8ClampedArray, weight: number): void {
  for (let i = 0; i < sums.length; i += 1) sums[i] = sums[i]! + Math.imul(weight, row[i]!);
}

/** Two rows in one sweep, for half the traffic on the sums. */
function addTwoRows(
  sums: Int32Array,
  upper: Uint8ClampedArray,
  upperWeight: number,
  lower: Uint8ClampedArray,
  lowerWeight: number,
): void {
  for (let i = 0; i < sums.length; i += 1) {
    sums[i] = sums[i]! + Math.imul(upperWeight, upper[i]!) + Math.imul(lowerWeight, lower[i]!);
  }
}
