import { compileKernel, type KernelExports, layOutArrays } from "@sam2js/core";
import type { ByteImage } from "../byte-image.js";
import type { FilterWeights } from "../filter-weights.js";
import { KERNEL_BYTES } from "./kernel-bytes.js";

/** What the compiled kernel exports; `kernel/` in this package has the source. */
interface Exports extends KernelExports {
  across(
    source: number,
    stride: number,
    starts: number,
    weights: number,
    taps: number,
    count: number,
    precision: number,
    out: number,
  ): void;
  down(rows: number, weights: number, taps: number, length: number, precision: number, out: number): void;
}

/** Colours of a pixel. */
const COLOURS = 3;
/** The kernel looks at so many pixels of a row together. */
const PIXELS = 4;
/** The kernel looks at so many rows together. */
const ROWS = 2;
/** Bytes of a vector. */
const VECTOR = 16;
/** No more kernels wait for their next image. */
const MOST_IDLE = 4;

const instantiate = compileKernel<Exports>(KERNEL_BYTES);
const idle: Exports[] = [];

/**
 * Resizes colours by the filters of both axes with the vector instructions of WebAssembly. The bytes are those of `filterColumns` in `resize-rows.ts`.
 *
 * A kernel has one image at a time. Its memory is a few rows; engines reserve much address space for each, so that a few are used again and again.
 */
export class ResizeKernel {
  readonly #exports: Exports;
  readonly #image: ByteImage;
  readonly #across: FilterWeights;
  readonly #down: FilterWeights;
  readonly #pitch: number;
  /** Where arrays lie. */
  readonly #at: Record<"source" | "starts" | "across" | "rows" | "down" | "ring" | "out", number>;
  readonly #row: Uint8ClampedArray;
  readonly #source: Uint8Array;
  readonly #rows: Int32Array;
  /** So many rows of the image were brought to their width. */
  #ready = 0;

  /**
   * Takes a kernel for an image; {@link ResizeKernel.end} gives it back.
   *
   * @returns undefined where there is none for it
   */
  static take(image: ByteImage, across: FilterWeights, down: FilterWeights): ResizeKernel | undefined {
    if (image.channels !== COLOURS || image.stride > PIXELS) return undefined;
    const exports = idle.pop() ?? instantiate();
    return exports && new ResizeKernel(exports, image, across, down);
  }

  private constructor(exports: Exports, image: ByteImage, across: FilterWeights, down: FilterWeights) {
    this.#exports = exports;
    this.#image = image;
    this.#across = wholeTaps(across, PIXELS);
    this.#down = wholeTaps(down, ROWS);
    const { starts, weights, taps } = this.#across;
    const rowLength = starts.length * COLOURS;
    this.#pitch = VECTOR * (Math.ceil(rowLength / VECTOR) + 1);
    const [source, startsAt, acrossAt, rows, downAt, ring, out] = layOutArrays(exports, [
      image.width * image.stride + taps * image.stride,
      starts.byteLength,
      weights.byteLength,
      this.#down.taps * 4,
      this.#down.weights.byteLength,
      this.#down.taps * this.#pitch,
      rowLength,
    ]) as [number, number, number, number, number, number, number];
    this.#at = { source, starts: startsAt, across: acrossAt, rows, down: downAt, ring, out };
    const { buffer } = exports.memory;
    new Int32Array(buffer, startsAt, starts.length).set(starts.map((start) => start * image.stride));
    new Int16Array(buffer, acrossAt, weights.length).set(weights);
    new Int16Array(buffer, downAt, this.#down.weights.length).set(this.#down.weights);
    this.#source = new Uint8Array(buffer, source, image.width * image.stride);
    this.#rows = new Int32Array(buffer, rows, this.#down.taps);
    this.#row = new Uint8ClampedArray(buffer, out, rowLength);
  }

  /** Row y of the output, from top to bottom: its array is used again for the next. */
  row(y: number): Uint8ClampedArray {
    const { starts, counts, taps, precision } = this.#down;
    const start = starts[y] as number;
    const end = start + (counts[y] as number);
    for (this.#ready = Math.max(this.#ready, start); this.#ready < end; this.#ready += 1)
      this.#widen(this.#ready);
    for (let tap = 0; tap < taps; tap += 1) this.#rows[tap] = this.#placeOf(start + tap);
    const weights = this.#at.down + y * taps * 2;
    this.#exports.down(this.#at.rows, weights, taps, this.#row.length, precision, this.#at.out);
    return this.#row;
  }

  /** No more rows are wanted. */
  end(): void {
    if (idle.length < MOST_IDLE) idle.push(this.#exports);
  }

  /** Brings row y of the image to its new width. */
  #widen(y: number): void {
    const { data, width, stride } = this.#image;
    const { starts, taps, precision } = this.#across;
    const at = this.#at;
    this.#source.set(data.subarray(y * width * stride, (y + 1) * width * stride));
    const to = this.#placeOf(y);
    this.#exports.across(at.source, stride, at.starts, at.across, taps, starts.length, precision, to);
  }

  /** Where a row that was brought to its width lies: in place of one that no output needs any more. */
  #placeOf(y: number): number {
    return this.#at.ring + (y % this.#down.taps) * this.#pitch;
  }
}

/** The same sums with as many taps as are in use, and some of weight 0 to a multiple of a unit. */
function wholeTaps({ starts, counts, weights, taps, precision }: FilterWeights, unit: number): FilterWeights {
  const used = counts.reduce((most, count) => Math.max(most, count), 1);
  const whole = unit * Math.ceil(used / unit);
  const padded = new Int16Array(starts.length * whole);
  for (let i = 0; i < starts.length; i += 1) {
    for (let j = 0; j < counts[i]!; j += 1) padded[i * whole + j] = weights[i * taps + j]!;
  }
  return { starts, counts, weights: padded, taps: whole, precision };
}
