import { checkBitmap } from "./connected-components.js";
import { countAboveBoth } from "./count-above.js";
import type { Rle } from "./rle.js";
import { RleBuilder } from "./rle-builder.js";
import { planUpsample, type UpsamplePlan } from "./upsample-logits.js";

const BELOW = 1;
const ABOVE = 2;
const UNSURE = BELOW | ABOVE;
const ALL_BELOW = 0x01010101 * BELOW;
const ALL_ABOVE = 0x01010101 * ABOVE;
/** Cells of more output rows than this are searched by bisection instead of row by row. */
const SCAN_LIMIT = 12;

/**
 * Thresholds upsampled logits without upsampling them.
 *
 * A bilinear pixel lies between its four low-resolution neighbours. So where all four corners of a low-resolution cell are on one side
 * of the threshold, all of its pixels are; only cells on the border are looked at pixel by pixel, with the very arithmetic of
 * {@link upsampleLogits}. Time grows with the outline, and no array has the size of the result.
 *
 * One tracer serves any number of masks, one at a time.
 */
export class MaskTracer {
  readonly #plan: UpsamplePlan;
  /** BELOW, ABOVE or UNSURE of each logit; the last row and column are repeated beyond the edge. */
  readonly #sides: Uint8Array<ArrayBuffer>;
  /** Entries of `#sides` per row, a multiple of 4 and at least 4 more than needed. */
  readonly #stride: number;
  /** Border cells of each low-resolution column, top to bottom: `h` entries per column, of which `#borderCounts` are used. */
  readonly #border: Int32Array;
  readonly #borderCounts: Int32Array;

  /**
   * @param from  [height, width] of the logits
   * @param to    [height, width] of the masks
   * @throws {InputError} a size is not whole, or `from` is empty
   */
  constructor(from: readonly [number, number], to: readonly [number, number]) {
    this.#plan = planUpsample(from, to);
    this.#stride = 4 * Math.ceil(from[1] / 4) + 4;
    this.#sides = new Uint8Array((from[0] + 1) * this.#stride);
    this.#border = new Int32Array(from[0] * from[1]);
    this.#borderCounts = new Int32Array(from[1]);
  }

  /**
   * The pixels of the upsampled logits above a threshold.
   *
   * @param logits  float32 [h, w], row by row
   * @throws {ShapeError} `logits` has not the tracer's size
   */
  trace(logits: Float32Array, threshold = 0): Rle {
    const builder = new RleBuilder();
    this.#walk(logits, threshold, builder);
    return { size: [this.#plan.to[0], this.#plan.to[1]], counts: builder.finish() };
  }

  /**
   * How many pixels of the upsampled logits are above the higher and above the lower of two thresholds.
   *
   * @param logits  float32 [h, w], row by row
   * @throws {ShapeError} `logits` has not the tracer's size
   */
  countAbove(
    logits: Float32Array,
    thresholds: readonly [number, number],
  ): { readonly higher: number; readonly lower: number } {
    return countAboveBoth(logits, this.#plan, thresholds);
  }

  #walk(logits: Float32Array, givenThreshold: number, sink: RleBuilder): void {
    const [h, w] = this.#plan.from;
    const [height] = this.#plan.to;
    checkBitmap(logits, w, h, "logits");
    const threshold = Math.fround(givenThreshold);
    // Weighted sums of values beyond the threshold can be rounded back to it, by some 1e-7 of it.
    const margin = Math.abs(threshold) * 1e-6;
    this.#findBorder(logits, threshold - margin, threshold + margin);
    const { columns, rows } = this.#plan;
    const stride = this.#stride;
    const { cells } = rows;
    for (let cellX = 0; cellX < w; cellX++) {
      const lastX = columns.cells[cellX + 1]!;
      const borders = this.#borderCounts[cellX]!;
      const list = cellX * h;
      for (let x = columns.cells[cellX]!; x < lastX; x++) {
        const second = columns.second[x]!;
        const firstWeight = columns.firstWeight[x]!;
        const secondWeight = columns.secondWeight[x]!;
        let y = 0;
        let after = 0; // a corner of the cells that follow
        for (let border = 0; border < borders; border++) {
          const cell = this.#border[list + border]!;
          const start = cells[cell]!;
          const end = cells[cell + 1]!;
          const below = cell + 1 < h ? cell + 1 : cell;
          if (start > y) sink.add(this.#sides[cell * stride + cellX] === ABOVE, start - y);
          if (end > start) {
            const top =
              logits[cell * w + cellX]! * firstWeight +
              Math.fround(logits[cell * w + second]! * secondWeight);
            const bottom =
              logits[below * w + cellX]! * firstWeight +
              Math.fround(logits[below * w + second]! * secondWeight);
            cross(sink, this.#plan, start, end, Math.fround(top), Math.fround(bottom), threshold, margin);
          }
          y = end;
          after = below;
        }
        if (y < height) sink.add(this.#sides[after * stride + cellX] === ABOVE, height - y);
      }
    }
  }

  /** Lists the cells whose corners are not all on one side. Cell (j, i) has corners (j, i) to (j + 1, i + 1), as far as there are. */
  #findBorder(logits: Float32Array, low: number, high: number): void {
    const [h, w] = this.#plan.from;
    const sides = this.#sides;
    const stride = this.#stride;
    for (let j = 0, at = 0; j < h; j++) {
      const row = j * stride;
      for (let i = row; i < row + w; i++, at++) {
        const value = logits[at]!;
        sides[i] = value > high ? ABOVE : value <= low ? BELOW : UNSURE;
      }
      sides.fill(sides[row + w - 1]!, row + w, row + stride);
    }
    sides.copyWithin(h * stride, (h - 1) * stride, h * stride);

    const border = this.#border;
    const counts = this.#borderCounts.fill(0);
    const four = new Uint32Array(sides.buffer); // four sides at a time
    const words = stride / 4;
    for (let j = 0; j < h; j++) {
      const row = j * words;
      let here = four[row]! | four[row + words]!;
      for (let word = 0; word < words - 1; word++) {
        const next = four[row + word + 1]! | four[row + words + word + 1]!;
        if (here !== next || (here !== ALL_BELOW && here !== ALL_ABOVE)) {
          const stop = Math.min(w, 4 * word + 4);
          for (let i = 4 * word; i < stop; i++) {
            const at = j * stride + i;
            const any = sides[at]! | sides[at + 1]! | sides[at + stride]! | sides[at + stride + 1]!;
            if (any === UNSURE) border[i * h + counts[i]!++] = j;
          }
        }
        here = next;
      }
    }
  }
}

/** Passes on the pixels `start` to `end` of one column inside one cell, whose values go straight from `top` to `bottom`. */
function cross(
  sink: RleBuilder,
  plan: UpsamplePlan,
  start: number,
  end: number,
  top: number,
  bottom: number,
  threshold: number,
  margin: number,
): void {
  const isAllAbove = Math.min(top, bottom) > threshold + margin;
  if (isAllAbove || Math.max(top, bottom) <= threshold - margin) {
    sink.add(isAllAbove, end - start);
    return;
  }
  const { firstWeight, secondWeight } = plan.rows;
  const isAbove = (y: number) =>
    Math.fround(top * firstWeight[y]! + Math.fround(bottom * secondWeight[y]!)) > threshold;
  let inside = isAbove(start);
  let from = start;
  // Steps from row to row must be larger than what rounding does to the values, or bisection could miss a row.
  const isSteep = Math.abs(top - bottom) > (end - start) * 1e-6 * Math.max(Math.abs(top), Math.abs(bottom));
  if (end - start <= SCAN_LIMIT || !isSteep) {
    for (let y = start + 1; y < end; y++) {
      if (isAbove(y) === inside) continue;
      sink.add(inside, y - from);
      inside = !inside;
      from = y;
    }
  } else if (isAbove(end - 1) !== inside) {
    let same = start;
    let other = end - 1;
    while (other - same > 1) {
      const middle = (same + other) >> 1;
      if (isAbove(middle) === inside) same = middle;
      else other = middle;
    }
    sink.add(inside, other - start);
    inside = !inside;
    from = other;
  }
  sink.add(inside, end - from);
}

/**
 * The pixels above a threshold of logits upsampled to another size, without upsampling them. For many masks of one size, make
 * one {@link MaskTracer}.
 *
 * @param logits  float32 [h, w], row by row
 * @param from    [h, w]
 * @param to      [height, width] of the mask
 * @throws {ShapeError} `logits` has not `from`'s size
 * @throws {InputError} a size is not whole, or `from` is empty
 */
export function traceMask(
  logits: Float32Array,
  from: readonly [number, number],
  to: readonly [number, number],
  threshold = 0,
): Rle {
  return new MaskTracer(from, to).trace(logits, threshold);
}

/**
 * How many pixels of logits upsampled to another size are above each threshold, without upsampling them.
 *
 * @param logits  float32 [h, w], row by row
 * @param from    [h, w]
 * @param to      [height, width] of the mask
 */
export function countAbove(
  logits: Float32Array,
  from: readonly [number, number],
  to: readonly [number, number],
  thresholds: readonly number[],
): number[] {
  const plan = planUpsample(from, to);
  return thresholds.map((threshold) => countAboveBoth(logits, plan, [threshold, threshold]).lower);
}
