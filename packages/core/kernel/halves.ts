/**
 * Rounds float32 to float16 as `toFloat16` does, eight at a time.
 *
 * @param values  float32 [count]
 * @param count   a multiple of 8
 * @param out     uint16 [count]
 */
export function toHalves(values: usize, count: i32, out: usize): void {
  const end = values + ((<usize>count) << 2);
  for (; values < end; values += 32, out += 16) {
    v128.store(out, i16x8.narrow_i32x4_u(halvesOf(v128.load(values)), halvesOf(v128.load(values, 16))));
  }
}

// @ts-expect-error: decorator
function halvesOf(bits: v128): v128 {
  const positive = v128.and(bits, i32x4.splat(0x7fffffff));
  const odd = v128.and(i32x4.shr_u(positive, 13), i32x4.splat(1));
  const rounded = i32x4.shr_u(i32x4.add(i32x4.sub(positive, i32x4.splat(0x38000000 - 0xfff)), odd), 13);
  // The last bit of numbers from 0.5 on is the smallest float16: a sum with it is rounded there.
  const small = i32x4.sub(f32x4.add(positive, f32x4.splat(0.5)), i32x4.splat(0x3f000000));
  const isNoNumber = i32x4.gt_s(positive, i32x4.splat(0x7f800000));
  const large = v128.bitselect(i32x4.splat(0x7e00), i32x4.splat(0x7c00), isNoNumber);
  const isSmall = i32x4.lt_s(positive, i32x4.splat(0x38800000));
  const isLarge = i32x4.ge_s(positive, i32x4.splat(0x477ff000));
  const half = v128.bitselect(large, v128.bitselect(small, rounded, isSmall), isLarge);
  return v128.or(half, v128.and(i32x4.shr_u(bits, 16), i32x4.splat(0x8000)));
}
