import { between, doubt, enterRow, firstLanes, isSure, rowAt, rowsBefore, rowsPerUnit } from "./crossing";
import { columnCells, fourAt, h, intAt, logit, logits, rowCells, w } from "./layout";
import { pixel } from "./pixel";

let higher: i32;
let lower: i32;

/** What `countAbove` found above the lower threshold. */
export function countedAboveLower(): i32 {
  return lower;
}

/**
 * Pixels above the higher of two thresholds. A cell whose corners are all on one side of both is counted at once.
 *
 * Four cells, and four columns of those of which nothing is sure, are looked at together.
 *
 * @param low, high          the thresholds
 * @param sureLow, notLow    a logit above, or not above, is so for certain; the same for the higher one
 * @param cutLow, cutHigh    a pixel that exceeds it is above, once rounded
 */
export function countAbove(
  low: f32,
  sureLow: f32,
  notLow: f32,
  cutLow: f64,
  high: f32,
  sureHigh: f32,
  notHigh: f32,
  cutHigh: f64,
): i32 {
  lower = 0;
  higher = 0;
  const limit = max(abs(low), abs(high));
  for (let j = 0; j < h; j++) {
    const start = intAt(rowCells, j);
    const end = intAt(rowCells, j + 1);
    if (start === end) continue;
    enterRow(j, end - start);
    let wholeLow = i32x4.splat(0); // columns of cells that are sure
    let wholeHigh = i32x4.splat(0);
    let rising = i32x4.splat(0);
    let aboveLow = f32x4.splat(0);
    let aboveHigh = f32x4.splat(0);
    const under = j + 1 < h ? j + 1 : j;
    for (let i = 0; i < w; i += 4) {
      const corners = fourAt(logits, j * w + i);
      const right = fourAt(logits, j * w + i + 1); // behind the last cell any number: it makes no cell sure
      const below = fourAt(logits, under * w + i);
      const across = fourAt(logits, under * w + i + 1);
      const least = f32x4.min(f32x4.min(corners, right), f32x4.min(below, across));
      const most = f32x4.max(f32x4.max(corners, right), f32x4.max(below, across));
      const isBelow = f32x4.le(most, f32x4.splat(notLow));
      const isHigh = f32x4.gt(least, f32x4.splat(sureHigh));
      const isBetween = v128.andnot(f32x4.le(most, f32x4.splat(notHigh)), isBelow);
      const isLow = v128.and(v128.or(isHigh, isBetween), f32x4.gt(least, f32x4.splat(sureLow)));
      const widths = i32x4.sub(fourAt(columnCells, i + 1), fourAt(columnCells, i));
      const cells = firstLanes(w - i);
      wholeLow = i32x4.add(wholeLow, v128.and(widths, v128.and(cells, isLow)));
      wholeHigh = i32x4.add(wholeHigh, v128.and(widths, v128.and(cells, v128.and(isLow, isHigh))));
      let rest = i32x4.bitmask(v128.andnot(cells, v128.or(isBelow, isLow)));
      for (; rest !== 0; rest &= rest - 1) {
        const cell = i + ctz(rest);
        const next = cell + 1 < w ? cell + 1 : cell;
        const a = logit(j, cell);
        const b = logit(j, next);
        const c = logit(under, cell);
        const d = logit(under, next);
        const largest = max(limit, max(max(abs(a), abs(b)), max(abs(c), abs(d))));
        const from = intAt(columnCells, cell);
        const to = intAt(columnCells, cell + 1);
        for (let x = from; x < to; x += 4) {
          const upper = between(x, a, b);
          const rise = f32x4.sub(between(x, c, d), upper);
          const doubts = doubt(rise, largest);
          const perUnit = rowsPerUnit(rise);
          const toLow = f32x4.sub(f32x4.splat(low), upper);
          const toHigh = f32x4.sub(f32x4.splat(high), upper);
          const rowLow = rowAt(toLow, perUnit);
          const rowHigh = rowAt(toHigh, perUnit);
          const sure = v128.and(isSure(rowLow, toLow, rise, doubts), isSure(rowHigh, toHigh, rise, doubts));
          const asked = firstLanes(to - x);
          const counted = v128.and(asked, sure);
          // above are the rows behind the crossing where columns rise, those before it where they fall
          const sign = v128.andnot(f32x4.splat(-0.0), rise);
          rising = i32x4.sub(rising, v128.and(counted, f32x4.ge(rise, f32x4.splat(0))));
          aboveLow = f32x4.add(aboveLow, v128.and(counted, v128.xor(rowsBefore(rowLow), sign)));
          aboveHigh = f32x4.add(aboveHigh, v128.and(counted, v128.xor(rowsBefore(rowHigh), sign)));
          for (let open = i32x4.bitmask(v128.andnot(asked, sure)); open !== 0; open &= open - 1) {
            const column = x + ctz(open);
            for (let y = start; y < end; y++) {
              const value = pixel(column, y, j);
              lower += i32(value > cutLow);
              higher += i32(value > cutHigh);
            }
          }
        }
      }
    }
    const rows = end - start;
    lower += rows * sum(i32x4.add(wholeLow, rising)) + sum(i32x4.trunc_sat_f32x4_s(aboveLow));
    higher += rows * sum(i32x4.add(wholeHigh, rising)) + sum(i32x4.trunc_sat_f32x4_s(aboveHigh));
  }
  return higher;
}

function sum(x: v128): i32 {
  return (
    i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1) + i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3)
  );
}
