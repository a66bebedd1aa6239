import { RleBuilder } from "./rle-builder.js";
import { type SideBounds, sideBounds } from "./side-bounds.js";
import type { UpsamplePlan } from "./upsample-logits.js";

const BELOW = 1;
const ABOVE = 2;
const UNSURE = BELOW | ABOVE;
const ALL_BELOW = 0x01010101 * BELOW;
const ALL_ABOVE = 0x01010101 * ABOVE;
/** Cells of more output rows than this are searched by bisection instead of row by row. */
const SCAN_LIMIT = 12;

/** How masks are traced: cell by cell, and on the border pixel by pixel. */
export class CellTracer {
  readonly #plan: UpsamplePlan;
  /** BELOW, ABOVE or UNSURE of each logit; the last row and column are repeated beyond the edge. */
  readonly #sides: Uint8Array<ArrayBuffer>;
  /** Entries of `#sides` per row, a multiple of 4 and at least 4 more than needed. */
  readonly #stride: number;
  /** Border cells of each low-resolution column, top to bottom: `h` entries per column, of which `#borderCounts` are used. */
  readonly #border: Int32Array;
  readonly #borderCounts: Int32Array;

  constructor(plan: UpsamplePlan) {
    const [h, w] = plan.from;
    this.#plan = plan;
    this.#stride = 4 * Math.ceil(w / 4) + 4;
    this.#sides = new Uint8Array((h + 1) * this.#stride);
    this.#border = new Int32Array(h * w);
    this.#borderCounts = new Int32Array(w);
  }

  /**
   * Run lengths, column by column, of the pixels above a threshold, those outside first.
   *
   * @param logits  float32 [h, w] of the plan's `from`
   */
  trace(logits: Float32Array, threshold: number): Uint32Array<ArrayBuffer> {
    const builder = new RleBuilder();
    this.#walk(logits, threshold, builder);
    return builder.finish();
  }

  #walk(logits: Float32Array, givenThreshold: number, sink: RleBuilder): void {
    const [h, w] = this.#plan.from;
    const [height] = this.#plan.to;
    const bounds = sideBounds(givenThreshold);
    this.#findBorder(logits, bounds);
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
            cross(sink, this.#plan, start, end, Math.fround(top), Math.fround(bottom), bounds);
          }
          y = end;
          after = below;
        }
        if (y < height) sink.add(this.#sides[after * stride + cellX] === ABOVE, height - y);
      }
    }
  }

  /** Lists the cells whose corners are not all on one side. Cell (j, i) has corners (j, i) to (j + 1, i + 1), as far as there are. */
  #findBorder(logits: Float32Array, { sure, not }: SideBounds): void {
    const [h, w] = this.#plan.from;
    const sides = this.#sides;
    const stride = this.#stride;
    for (let j = 0, at = 0; j < h; j++) {
      const row = j * stride;
      for (let i = row; i < row + w; i++, at++) {
        const value = logits[at]!;
        sides[i] = value > sure ? ABOVE : value <= not ? BELOW : UNSURE;
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
  { threshold, sure, not }: SideBounds,
): void {
  const isAllAbove = Math.min(top, bottom) > sure;
  if (isAllAbove || Math.max(top, bottom) <= not) {
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
