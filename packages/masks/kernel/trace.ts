import { between, doubt, enterRow, isSure, rowAt, rowsBefore, rowsPerUnit } from "./crossing";
import {
  columnCells,
  crossingCounts,
  crossings,
  floatAt,
  h,
  height,
  intAt,
  logit,
  rowCells,
  runs,
  turns,
  w,
} from "./layout";
import { pixel } from "./pixel";

/** Side of the pixel before, and where the run that it belongs to began, counted from the tile's first pixel. */
let isInside: i32;
let runStart: i32;

/** Before the first tile of a mask. */
export function beginTrace(): void {
  isInside = 0;
  runStart = 0;
}

/** After the last tile: the length of the run that is not finished. */
export function unfinishedRun(): i32 {
  return -runStart;
}

/**
 * Runs, column by column, of the pixel columns x0 to x1, of which there are at most 64: a row of them is a word of bits, and words of
 * neighbouring rows differ where columns change sides. Tiles follow each other from left to right.
 *
 * @param firstCell   column of cells that x0 lies in
 * @param sure, not   a logit above, or not above, is so for certain
 * @param cut         a pixel that exceeds it is above, once rounded
 * @returns           number of runs finished
 */
export function trace(x0: i32, x1: i32, firstCell: i32, threshold: f32, sure: f64, not: f64, cut: f64): i32 {
  const first = findCrossings(x0, x1, firstCell, threshold, sure, not, cut);
  const columns = x1 - x0;
  let out = runs;
  for (let x = 0; x < columns; x++) {
    const column = x * height;
    if (i32((first >> x) & 1) !== isInside) {
      store<i32>(out, column - runStart);
      out += 4;
      runStart = column;
      isInside ^= 1;
    }
    const count = intAt(crossingCounts, x);
    for (let k = 0; k < count; k++) {
      const at = column + intAt(crossings, column + k);
      store<i32>(out, at - runStart);
      out += 4;
      runStart = at;
    }
    isInside ^= count & 1;
  }
  runStart -= columns * height;
  return <i32>((out - runs) >> 2);
}

/** Lists where columns change sides. @returns the first row's bits */
function findCrossings(x0: i32, x1: i32, firstCell: i32, threshold: f32, sure: f64, not: f64, cut: f64): u64 {
  memory.fill(crossingCounts, 0, (<usize>(x1 - x0)) << 2);
  let top: u64 = 0;
  let previous: u64 = 0;
  for (let j = 0; j < h; j++) {
    const start = intAt(rowCells, j);
    const end = intAt(rowCells, j + 1);
    if (start === end) continue;
    enterRow(j, end - start);
    const all = f32x4.splat(<f32>(end - start));
    const under = j + 1 < h ? j + 1 : j;
    let a = logit(j, firstCell);
    let c = logit(under, firstCell);
    let first: u64 = 0; // columns whose first pixel is above
    let turning: u64 = 0; // that change sides below it
    let open: u64 = 0; // that are looked at pixel by pixel
    for (let i = firstCell; i < w; i++) {
      const from = max(x0, intAt(columnCells, i));
      if (from >= x1) break;
      const to = min(x1, intAt(columnCells, i + 1));
      const next = i + 1 < w ? i + 1 : i;
      const b = logit(j, next);
      const d = logit(under, next);
      if (to > from) {
        const least = min(min(a, b), min(c, d));
        const most = max(max(a, b), max(c, d));
        if (<f64>least > sure) {
          first |= (<u64>-1 >> (64 - (to - from))) << (from - x0);
        } else if (!(<f64>most <= not)) {
          const largest = max(abs(threshold), max(most, -least));
          for (let x = from; x < to; x += 4) {
            const upper = between(x, a, b);
            const rise = f32x4.sub(between(x, c, d), upper);
            const distance = f32x4.sub(f32x4.splat(threshold), upper);
            const row = rowAt(distance, rowsPerUnit(rise));
            const before = rowsBefore(row);
            const at = x - x0;
            v128.store(turns + ((<usize>at) << 2), before);
            const asked = (1 << min(4, to - x)) - 1;
            const decided = asked & i32x4.bitmask(isSure(row, distance, rise, doubt(rise, largest)));
            const isFalling = i32x4.bitmask(f32x4.lt(rise, f32x4.splat(0)));
            const isFirst = i32x4.bitmask(f32x4.eq(before, f32x4.splat(0)));
            const isNever = i32x4.bitmask(f32x4.eq(before, all));
            first |= (<u64>((isFalling ^ isFirst) & decided)) << at;
            turning |= (<u64>(~(isFirst | isNever) & decided)) << at;
            open |= (<u64>(asked & ~decided)) << at;
          }
        }
      }
      a = b;
      c = d;
    }
    for (let rest = open; rest !== 0; rest &= rest - 1) {
      if (pixel(x0 + <i32>ctz(rest), start, j) > cut) first |= rest & -rest;
    }
    if (start === 0) top = first;
    else for (let rest = first ^ previous; rest !== 0; rest &= rest - 1) list(<i32>ctz(rest), start);
    for (let rest = turning; rest !== 0; rest &= rest - 1) {
      const x = <i32>ctz(rest);
      list(x, start + <i32>floatAt(turns, x));
    }
    previous = first ^ turning;
    for (let rest = open; rest !== 0; rest &= rest - 1) {
      const x = <i32>ctz(rest);
      for (let y = start + 1; y < end; y++) {
        if (pixel(x0 + x, y, j) > cut === ((previous >> x) & 1) > 0) continue;
        list(x, y);
        previous ^= rest & -rest;
      }
    }
  }
  return top;
}

/** Column x of the tile changes sides at row y. */
function list(x: i32, y: i32): void {
  const count = intAt(crossingCounts, x);
  store<i32>(crossingCounts + ((<usize>x) << 2), count + 1);
  store<i32>(crossings + ((<usize>(x * height + count)) << 2), y);
}
