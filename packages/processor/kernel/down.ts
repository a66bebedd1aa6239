import { bytesOf, pairAt } from "./sums";

/**
 * What several rows give together. Sixteen bytes are made at a time: as many as are missing to a multiple are read and written behind each row.
 *
 * @param rows     int32 [taps]: where the rows lie, each uint8 [length]
 * @param weights  int16 [taps]
 * @param taps     of rows, a multiple of 2; those too many have weight 0
 * @param length   bytes of a row
 * @param out      uint8 [length]
 */
export function down(rows: usize, weights: usize, taps: i32, length: i32, precision: i32, out: usize): void {
  const half = i32x4.splat(1 << (precision - 1));
  for (let x: usize = 0; x < <usize>length; x += 16) {
    let a = half;
    let b = half;
    let c = half;
    let d = half;
    for (let tap: usize = 0; tap < <usize>taps; tap += 2) {
      const upper = v128.load(load<u32>(rows + (tap << 2)) + x);
      const lower = v128.load(load<u32>(rows + (tap << 2), 4) + x);
      const pair = pairAt(weights + (tap << 1));
      const low = i8x16.shuffle(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const high = i8x16.shuffle(upper, lower, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      a = i32x4.add(a, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(low), pair));
      b = i32x4.add(b, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(low), pair));
      c = i32x4.add(c, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(high), pair));
      d = i32x4.add(d, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(high), pair));
    }
    v128.store(out + x, bytesOf(a, b, c, d, precision));
  }
}
