import { bytesOf, pairAt } from "./sums";

/**
 * Brings a row of pixels to its new width. Four taps of a pixel are looked at together: the byte that follows those of a pixel is read and written too.
 *
 * @param source   uint8 [width, stride], red, green and blue first
 * @param stride   bytes from one pixel to the next, 3 or 4
 * @param starts   int32, one per pixel of the output: byte that its first tap begins at
 * @param weights  int16 [count, taps]
 * @param taps     of each pixel, a multiple of 4; those too many have weight 0
 * @param count    of pixels of the output
 * @param out      uint8 [count, 3]
 */
export function across(
  source: usize,
  stride: i32,
  starts: usize,
  weights: usize,
  taps: i32,
  count: i32,
  precision: i32,
  out: usize,
): void {
  const half = i32x4.splat(1 << (precision - 1));
  const step = (<usize>stride) << 2;
  for (let x = 0; x < count; x++) {
    let from = source + load<i32>(starts + ((<usize>x) << 2));
    let sums = half;
    for (let tap = 0; tap < taps; tap += 4) {
      const pixels = v128.load(from);
      const first = pairAt(weights);
      const second = pairAt(weights + 4);
      if (stride === 3) {
        sums = i32x4.add(sums, i32x4.dot_i16x8_s(pairOfRgb(pixels), first));
        sums = i32x4.add(sums, i32x4.dot_i16x8_s(nextPairOfRgb(pixels), second));
      } else {
        sums = i32x4.add(sums, i32x4.dot_i16x8_s(pairOfRgba(pixels), first));
        sums = i32x4.add(sums, i32x4.dot_i16x8_s(nextPairOfRgba(pixels), second));
      }
      from += step;
      weights += 8;
    }
    v128.store32_lane(out, bytesOf(sums, sums, sums, sums, precision), 0);
    out += 3;
  }
}

/** Two pixels as 16-bit numbers, channel by channel: r0 r1 g0 g1 b0 b1 0 0. */
// @ts-expect-error: decorator
function pairOfRgb(p: v128): v128 {
  return i8x16.shuffle(p, i8x16.splat(0), 0, 16, 3, 16, 1, 16, 4, 16, 2, 16, 5, 16, 16, 16, 16, 16);
}

// @ts-expect-error: decorator
function nextPairOfRgb(p: v128): v128 {
  return i8x16.shuffle(p, i8x16.splat(0), 6, 16, 9, 16, 7, 16, 10, 16, 8, 16, 11, 16, 16, 16, 16, 16);
}

// @ts-expect-error: decorator
function pairOfRgba(p: v128): v128 {
  return i8x16.shuffle(p, i8x16.splat(0), 0, 16, 4, 16, 1, 16, 5, 16, 2, 16, 6, 16, 16, 16, 16, 16);
}

// @ts-expect-error: decorator
function nextPairOfRgba(p: v128): v128 {
  return i8x16.shuffle(p, i8x16.splat(0), 8, 16, 12, 16, 9, 16, 13, 16, 10, 16, 14, 16, 16, 16, 16, 16);
}
