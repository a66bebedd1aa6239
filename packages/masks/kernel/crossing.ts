// Where columns of pixels cross a threshold. Between two rows of logits a column of pixels is a straight line, but for rounding: it is solved for the
// threshold, four columns at a time. Columns in which rounding may decide are told, to be looked at pixel by pixel (`pixel.ts`).
import { below, floatAt, fourAt, h, intAt, lanes, left, lines, right, rowCells } from "./layout";

/** Errors of rounding, here and in the pixels, are below this share of the largest logit or threshold: a dozen halves of a last bit, with room. */
const ROUNDING: f32 = 2e-6;

/** Of the row of cells that is looked at, how many pixel rows it has; the next five as `straighten` leaves them. */
let rows: f32;
let weight: f32;
let step: f32;
let perStep: f32;
let offset: f32;
let bend: f32;

/** Numbers that `straighten` leaves for each row of cells. */
const NUMBERS = 5;

/**
 * Puts down for each row of cells how much of its first pixel row is the lower logit; how much more of each that follows; 1 over that; the first
 * number in such steps; and how far all of them are from a straight line.
 */
export function straighten(): void {
  for (let j = 0; j < h; j++) {
    const start = intAt(rowCells, j);
    const last = intAt(rowCells, j + 1) - 1;
    const first: f32 = last < start ? 0 : floatAt(below, start);
    const more: f32 = last > start ? (floatAt(below, last) - first) / <f32>(last - start) : 1;
    let far: f32 = 0;
    for (let y = start; y <= last; y++) {
      far = max(far, abs(floatAt(below, y) - (first + more * <f32>(y - start))));
    }
    const at = lines + ((<usize>(j * NUMBERS)) << 2);
    store<f32>(at, first);
    store<f32>(at, more, 4);
    store<f32>(at, 1 / more, 8);
    store<f32>(at, first / more, 12);
    store<f32>(at, far + ROUNDING, 16);
  }
}

/** Goes to row j of cells, which has `count` pixel rows, at least one. */
export function enterRow(j: i32, count: i32): void {
  const at = lines + ((<usize>(j * NUMBERS)) << 2);
  rows = <f32>count;
  weight = load<f32>(at);
  step = load<f32>(at, 4);
  perStep = load<f32>(at, 8);
  offset = load<f32>(at, 12);
  bend = load<f32>(at, 16);
}

/** Columns x to x + 3 between the logits a and b, nearly. */
export function between(x: i32, a: f32, b: f32): v128 {
  const lefts = fourAt(left, x);
  const rights = fourAt(right, x);
  return f32x4.add(f32x4.mul(lefts, f32x4.splat(a)), f32x4.mul(rights, f32x4.splat(b)));
}

/** How much rounding may change columns that rise by `rise` and of which no logit, and no threshold, is larger than `largest`, squared. */
export function doubt(rise: v128, largest: f32): v128 {
  const most = f32x4.add(f32x4.splat(largest * ROUNDING), f32x4.mul(f32x4.abs(rise), f32x4.splat(bend)));
  return f32x4.mul(most, most);
}

/** Rows to each 1 that columns rise. */
export function rowsPerUnit(rise: v128): v128 {
  return f32x4.div(f32x4.splat(perStep), rise);
}

/** The row, counted from the first and not whole, in which columns have risen by `distance`. */
export function rowAt(distance: v128, perUnit: v128): v128 {
  return f32x4.sub(f32x4.mul(distance, perUnit), f32x4.splat(offset));
}

/** How many rows of columns come before the row of `rowAt`: 0 to all of them. */
export function rowsBefore(row: v128): v128 {
  const passed = f32x4.floor(f32x4.add(row, f32x4.splat(1)));
  return f32x4.pmax(f32x4.splat(0), f32x4.pmin(f32x4.splat(rows), passed));
}

/** All bits where no pixel of a column is so near the threshold, `distance` from the logits above, that rounding may decide. */
export function isSure(row: v128, distance: v128, rise: v128, doubts: v128): v128 {
  const nearest = f32x4.pmax(f32x4.splat(0), f32x4.pmin(f32x4.splat(rows - 1), f32x4.nearest(row)));
  const there = f32x4.add(f32x4.splat(weight), f32x4.mul(nearest, f32x4.splat(step)));
  const off = f32x4.sub(distance, f32x4.mul(rise, there));
  return f32x4.gt(f32x4.mul(off, off), doubts);
}

/** All bits of the first of four columns. @param count  1 or more; 4 are the most */
export function firstLanes(count: i32): v128 {
  return fourAt(lanes, 4 - min(4, count));
}
