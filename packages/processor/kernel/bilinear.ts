// Bilinear values as `upsampleLogits` rounds them: one product to float32, then the other product and the sum together, which float64
// holds exactly before it is rounded.
import { above, below, bottom, floatAt, left, right, top } from "./layout";

function upperHalf(x: v128): v128 {
  return v128.shuffle<i64>(x, x, 1, 1);
}

/** Pixels `from` to `to` between the logits a and b of the row above them; up to three pixels more are overwritten. */
export function widenTop(a: f32, b: f32, from: i32, to: i32): void {
  for (let x = from; x < to; x += 4) {
    const at = top + ((<usize>x) << 3);
    v128.store(at, f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(between(a, b, x, false))));
    v128.store(at, f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(between(a, b, x, true))), 16);
  }
}

/** As `widenTop`, of the row below the pixels. */
export function widenBottom(a: f32, b: f32, from: i32, to: i32): void {
  for (let x = from; x < to; x += 4) {
    const first = f32x4.demote_f64x2_zero(between(a, b, x, false));
    const second = f32x4.demote_f64x2_zero(between(a, b, x, true));
    v128.store(bottom + ((<usize>x) << 2), v128.shuffle<i64>(first, second, 0, 2));
  }
}

/** Pixels x and x + 1, or the two behind them, between the logits a and b, before they are rounded to float32. */
function between(a: f32, b: f32, x: i32, isUpper: bool): v128 {
  let weights = v128.load(left + ((<usize>x) << 2));
  let second = f32x4.mul(v128.load(right + ((<usize>x) << 2)), f32x4.splat(b));
  if (isUpper) {
    weights = upperHalf(weights);
    second = upperHalf(second);
  }
  const first = f64x2.mul(f64x2.promote_low_f32x4(weights), f64x2.splat(<f64>a));
  return f64x2.add(first, f64x2.promote_low_f32x4(second));
}

/** Pixels x and x + 1 (or the two behind them) of row y, before they are rounded to float32. */
export function pixels(x: i32, y: i32, isUpper: bool): v128 {
  const at = top + ((<usize>x) << 3);
  let second = f32x4.mul(v128.load(bottom + ((<usize>x) << 2)), f32x4.splat(floatAt(below, y)));
  if (isUpper) second = upperHalf(second);
  const first = f64x2.mul(isUpper ? v128.load(at, 16) : v128.load(at), f64x2.splat(<f64>floatAt(above, y)));
  return f64x2.add(first, f64x2.promote_low_f32x4(second));
}

/** Pixel x of row y, before it is rounded to float32. */
export function pixel(x: i32, y: i32): f64 {
  const second = floatAt(bottom, x) * floatAt(below, y);
  return load<f64>(top + ((<usize>x) << 3)) * <f64>floatAt(above, y) + <f64>second;
}
