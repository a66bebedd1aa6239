import type { UpsamplePlan } from "@sam2js/masks";

/** By how much of its size a float32 sum of two weighted values can leave the range of the values; generous. */
const ROUNDING = 1e-6;

/**
 * Bilinear upscaling and threshold in one, without full-size logits. Interpolation is convex: where the four low-resolution neighbours
 * of a cell are all inside or all outside, so are its pixels, and only cells on the border are computed. The bits are those of
 * `upsampleLogits(…) > maskThreshold`.
 *
 * @param logits  float32, h · w values of the plan's `from`, row by row
 * @param bits    height · width values of the plan's `to`, all 0; those inside become 1
 */
export function upsampleBits(
  logits: Float32Array,
  bits: Uint8Array,
  plan: UpsamplePlan,
  maskThreshold: number,
): void {
  const { rows, columns } = plan;
  const [lowHeight, lowWidth] = plan.from;
  const width = plan.to[1];
  const threshold = Math.fround(maskThreshold);
  const upper = new Float32Array(width);
  const lower = new Float32Array(width);
  const spans = new Int32Array(lowWidth * 3);
  for (let row = 0; row < lowHeight; row += 1) {
    const begin = rows.cells[row]!;
    const end = rows.cells[row + 1]!;
    if (begin === end) continue;
    const above = row * lowWidth;
    const below = Math.min(row + 1, lowHeight - 1) * lowWidth;
    const count = findSpans(logits, above, below, columns.cells, threshold, spans);
    for (let i = 0; i < count; i += 3) {
      if (spans[i] !== MIXED) continue;
      widen(logits, above, plan, spans[i + 1]!, spans[i + 2]!, upper);
      widen(logits, below, plan, spans[i + 1]!, spans[i + 2]!, lower);
    }
    for (let y = begin; y < end; y += 1) {
      const line = y * width;
      const upperWeight = rows.firstWeight[y]!;
      const lowerWeight = rows.secondWeight[y]!;
      for (let i = 0; i < count; i += 3) {
        const from = spans[i + 1]!;
        const to = spans[i + 2]!;
        if (spans[i] === INSIDE) {
          bits.fill(1, line + from, line + to);
          continue;
        }
        for (let x = from; x < to; x += 1) {
          const logit = Math.fround(upper[x]! * upperWeight + Math.fround(lower[x]! * lowerWeight));
          if (logit > threshold) bits[line + x] = 1;
        }
      }
    }
  }
}

const INSIDE = 1;
const MIXED = 2;
const OUTSIDE = 0;

/**
 * Sorts the cells between two rows of logits: triples (kind, first pixel, pixel after the last) of the spans that are inside or mixed.
 *
 * @returns how many entries of `spans` are used
 */
function findSpans(
  logits: Float32Array,
  above: number,
  below: number,
  cells: Uint32Array,
  threshold: number,
  spans: Int32Array,
): number {
  const last = cells.length - 2;
  let count = 0;
  let open = OUTSIDE;
  for (let column = 0; column <= last; column += 1) {
    const from = cells[column]!;
    const to = cells[column + 1]!;
    if (from === to) continue;
    const right = Math.min(column + 1, last);
    const a = logits[above + column]!;
    const b = logits[above + right]!;
    const c = logits[below + column]!;
    const d = logits[below + right]!;
    const least = Math.min(a, b, c, d);
    const most = Math.max(a, b, c, d);
    const margin = ROUNDING * Math.max(Math.abs(least), Math.abs(most));
    const kind = least - margin > threshold ? INSIDE : most + margin <= threshold ? OUTSIDE : MIXED;
    if (kind === OUTSIDE) {
      open = OUTSIDE;
    } else if (kind === open) {
      spans[count - 1] = to;
    } else {
      spans[count] = open = kind;
      spans[count + 1] = from;
      spans[count + 2] = to;
      count += 3;
    }
  }
  return count;
}

/** Pixels `from` to `to` (exclusive) of one low-resolution row at its new width. */
function widen(
  logits: Float32Array,
  row: number,
  { columns }: UpsamplePlan,
  from: number,
  to: number,
  out: Float32Array,
): void {
  const { first, second, firstWeight, secondWeight } = columns;
  for (let x = from; x < to; x += 1) {
    const right = Math.fround(logits[row + second[x]!]! * secondWeight[x]!);
    out[x] = logits[row + first[x]!]! * firstWeight[x]! + right;
  }
}
