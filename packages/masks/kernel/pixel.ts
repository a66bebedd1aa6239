import { above, below, columnFirst, floatAt, h, intAt, left, logit, right, w } from "./layout";

/**
 * The pixel in column x and row y, which lies below row j of the logits, before it is rounded to float32. As `upsampleLogits` has it: one product
 * is rounded, then the other product and the sum together, which float64 holds exactly.
 */
export function pixel(x: i32, y: i32, j: i32): f64 {
  const under = j + 1 < h ? j + 1 : j;
  const second = widened(under, x) * floatAt(below, y);
  return <f64>widened(j, x) * <f64>floatAt(above, y) + <f64>second;
}

/** Column x of a row of logits. */
function widened(row: i32, x: i32): f32 {
  const i = intAt(columnFirst, x);
  const second = logit(row, i + 1 < w ? i + 1 : i) * floatAt(right, x);
  return <f32>(<f64>logit(row, i) * <f64>floatAt(left, x) + <f64>second);
}
