import { pixel, pixels, widenBottom, widenTop } from "./bilinear";
import { columnCells, h, intAt, logit, rowCells, w } from "./layout";

let higher: i32;
let lower: i32;

/** What `countAbove` found above the lower threshold. */
export function countedAboveLower(): i32 {
  return lower;
}

/**
 * Pixels above the higher of two thresholds. A cell whose corners are all on one side of both is counted at once; neighbours of which nothing is sure
 * are looked at together, four pixels at a time.
 *
 * @param sureLow, notLow  a logit above, or not above, is so for certain; the same for the higher one
 * @param cutLow, cutHigh  a pixel that exceeds it is above, once rounded
 */
export function countAbove(
  sureLow: f64,
  notLow: f64,
  cutLow: f64,
  sureHigh: f64,
  notHigh: f64,
  cutHigh: f64,
): i32 {
  lower = 0;
  higher = 0;
  for (let j = 0; j < h; j++) {
    const start = intAt(rowCells, j);
    const end = intAt(rowCells, j + 1);
    if (start === end) continue;
    const under = j + 1 < h ? j + 1 : j;
    let a = logit(j, 0);
    let c = logit(under, 0);
    let unsureFrom = -1;
    for (let i = 0; i < w; i++) {
      const next = i + 1 < w ? i + 1 : i;
      const b = logit(j, next);
      const d = logit(under, next);
      const least = <f64>min(min(a, b), min(c, d));
      const most = <f64>max(max(a, b), max(c, d));
      const from = intAt(columnCells, i);
      const to = intAt(columnCells, i + 1);
      const isBelow = most <= notLow;
      if (isBelow || (least > sureLow && (least > sureHigh || most <= notHigh))) {
        if (unsureFrom >= 0) countPixels(unsureFrom, from, start, end, cutLow, cutHigh);
        unsureFrom = -1;
        const area = (end - start) * (to - from);
        if (!isBelow) lower += area;
        if (least > sureHigh) higher += area;
      } else {
        if (unsureFrom < 0) unsureFrom = from;
        widenTop(a, b, from, to);
        widenBottom(c, d, from, to);
      }
      a = b;
      c = d;
    }
    if (unsureFrom >= 0) countPixels(unsureFrom, intAt(columnCells, w), start, end, cutLow, cutHigh);
  }
  return higher;
}

function countPixels(from: i32, to: i32, start: i32, end: i32, cutLow: f64, cutHigh: f64): void {
  const lows = f64x2.splat(cutLow);
  const highs = f64x2.splat(cutHigh);
  let aboveLow = i64x2.splat(0);
  let aboveHigh = i64x2.splat(0);
  for (let y = start; y < end; y++) {
    let x = from;
    for (; x + 4 <= to; x += 4) {
      const first = pixels(x, y, false);
      const second = pixels(x, y, true);
      aboveLow = i64x2.sub(aboveLow, i64x2.add(f64x2.gt(first, lows), f64x2.gt(second, lows)));
      aboveHigh = i64x2.sub(aboveHigh, i64x2.add(f64x2.gt(first, highs), f64x2.gt(second, highs)));
    }
    for (; x < to; x++) {
      lower += i32(pixel(x, y) > cutLow);
      higher += i32(pixel(x, y) > cutHigh);
    }
  }
  lower += <i32>(i64x2.extract_lane(aboveLow, 0) + i64x2.extract_lane(aboveLow, 1));
  higher += <i32>(i64x2.extract_lane(aboveHigh, 0) + i64x2.extract_lane(aboveHigh, 1));
}
