import { pixels, widenBottom, widenTop } from "./bilinear";
import { columnCells, crossingCounts, crossings, h, height, intAt, logit, rowCells, runs, w } from "./layout";

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
export function trace(x0: i32, x1: i32, firstCell: i32, sure: f64, not: f64, cut: f64): i32 {
  const first = findCrossings(x0, x1, firstCell, sure, not, cut);
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
function findCrossings(x0: i32, x1: i32, firstCell: i32, sure: f64, not: f64, cut: f64): u64 {
  memory.fill(crossingCounts, 0, (<usize>(x1 - x0)) << 2);
  let first: u64 = 0;
  let previous: u64 = 0;
  for (let j = 0; j < h; j++) {
    const start = intAt(rowCells, j);
    const end = intAt(rowCells, j + 1);
    if (start === end) continue;
    const under = j + 1 < h ? j + 1 : j;
    let a = logit(j, firstCell);
    let c = logit(under, firstCell);
    let inside: u64 = 0;
    let unsure: u64 = 0;
    let unsureFrom = x1;
    let unsureTo = x0;
    for (let i = firstCell; i < w; i++) {
      const from = max(x0, intAt(columnCells, i));
      if (from >= x1) break;
      const to = min(x1, intAt(columnCells, i + 1));
      const next = i + 1 < w ? i + 1 : i;
      const b = logit(j, next);
      const d = logit(under, next);
      if (to > from) {
        const least = <f64>min(min(a, b), min(c, d));
        const most = <f64>max(max(a, b), max(c, d));
        const bits = (<u64>-1 >> (64 - (to - from))) << (from - x0);
        if (least > sure) {
          inside |= bits;
        } else if (!(most <= not)) {
          unsure |= bits;
          widenTop(a, b, from, to);
          widenBottom(c, d, from, to);
          unsureFrom = min(unsureFrom, from);
          unsureTo = to;
        }
      }
      a = b;
      c = d;
    }
    for (let y = start; y < end; y++) {
      let word = inside;
      if (unsure !== 0) word |= unsure & (bitsAbove(unsureFrom, unsureTo, y, cut) << (unsureFrom - x0));
      if (y === 0) first = word;
      else listCrossings(word ^ previous, y);
      previous = word;
      if (unsure === 0) break; // the rows of a cell that is sure are alike
    }
  }
  return first;
}

/** Which of the pixels `from` to `to` of row y are above, the first in the lowest bit. */
function bitsAbove(from: i32, to: i32, y: i32, cut: f64): u64 {
  const cuts = f64x2.splat(cut);
  let word: u64 = 0;
  for (let x = from; x < to; x += 4) {
    const first = f64x2.gt(pixels(x, y, false), cuts);
    const second = f64x2.gt(pixels(x, y, true), cuts);
    const four = i32x4.bitmask(v128.shuffle<i32>(first, second, 0, 2, 4, 6));
    word |= (<u64>four) << (x - from);
  }
  return word;
}

function listCrossings(changed: u64, y: i32): void {
  for (; changed !== 0; changed &= changed - 1) {
    const x = i32(ctz(changed));
    const count = intAt(crossingCounts, x);
    store<i32>(crossingCounts + ((<usize>x) << 2), count + 1);
    store<i32>(crossings + ((<usize>(x * height + count)) << 2), y);
  }
}
