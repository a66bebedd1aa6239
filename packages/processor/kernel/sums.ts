/** Two weights, four times: what `dot_i16x8_s` multiplies pairs of numbers with. @param at  int16 [2] */
// @ts-expect-error: decorator
export function pairAt(at: usize): v128 {
  return v128.load32_splat(at);
}

/** Sums in fixed point become bytes, 16 of them: cut off below 0 and above 255. */
// @ts-expect-error: decorator
export function bytesOf(a: v128, b: v128, c: v128, d: v128, precision: i32): v128 {
  const low = i16x8.narrow_i32x4_s(i32x4.shr_s(a, precision), i32x4.shr_s(b, precision));
  const high = i16x8.narrow_i32x4_s(i32x4.shr_s(c, precision), i32x4.shr_s(d, precision));
  return i8x16.narrow_i16x8_u(low, high);
}
