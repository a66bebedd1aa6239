import { checkMembers, checkSize } from "@sam2js/core";
import { checkBitmap } from "./connected-components.js";
import { type UpsampleAxis, upsampleAxis } from "./upsample-axis.js";

/** The weights of both axes of a resize; make them once for many masks of one size. */
export interface UpsamplePlan {
  /** [height, width] before. */
  readonly from: readonly [number, number];
  /** [height, width] after. */
  readonly to: readonly [number, number];
  /** Along y, with `to[0]` entries. */
  readonly rows: UpsampleAxis;
  /** Along x, with `to[1]` entries. */
  readonly columns: UpsampleAxis;
}

/**
 * Prepares resizing masks from one size to another.
 *
 * @param from  [height, width] of the logits
 * @param to    [height, width] wanted
 * @throws {InputError} a size is not whole, or `from` is empty
 */
export function planUpsample(from: readonly [number, number], to: readonly [number, number]): UpsamplePlan {
  checkSize(from, "from");
  checkSize(to, "to");
  return { from, to, rows: upsampleAxis(from[0], to[0]), columns: upsampleAxis(from[1], to[1]) };
}

/**
 * Brings one mask's logits to another size, bilinear with half-pixel centres and without antialiasing, along x, then along y:
 * PyTorch's float32 values bit for bit (results from 32,768 pixels on, CPU with fused multiply-add;
 * smaller ones to the last bit or two).
 *
 * @param logits  float32 [h, w], row by row, of the plan's `from`
 * @param out     float32 [height, width] to write to, or [last − first, width] with `range`; a new array without it
 * @param range   the rows of the result that are wanted: first, and the one after the last. Default all
 * @throws {ShapeError} `logits` or `out` has not the plan's size
 * @see `F.interpolate(mode="bilinear", align_corners=False)`
 */
export function upsampleLogits(
  logits: Float32Array,
  plan: UpsamplePlan,
  out?: Float32Array,
  range?: readonly [number, number],
): Float32Array {
  checkMembers(plan, "plan", "a plan, as planUpsample makes one", "from", "to", "rows", "columns");
  const { rows, columns } = plan;
  const [h, w] = plan.from;
  const width = plan.to[1];
  const [begin, end] = range ?? [0, plan.to[0]];
  checkBitmap(logits, w, h, "logits");
  const result = out ?? new Float32Array((end - begin) * width);
  checkBitmap(result, width, end - begin, "out");
  let upper = new Float32Array(width);
  let lower = new Float32Array(width);
  let upperRow = -1;
  let lowerRow = -1;
  for (let y = begin; y < end; y++) {
    const first = rows.first[y]!;
    const second = rows.second[y]!;
    if (upperRow !== first) {
      [upper, lower] = [lower, upper];
      upperRow = lowerRow;
      lowerRow = -1;
      if (upperRow !== first) widen(logits, first * w, columns, upper);
      upperRow = first;
    }
    if (lowerRow !== second) {
      widen(logits, second * w, columns, lower);
      lowerRow = second;
    }
    const firstWeight = rows.firstWeight[y]!;
    const secondWeight = rows.secondWeight[y]!;
    const start = (y - begin) * width;
    for (let x = 0; x < width; x++) {
      // As the reference's engine rounds it: one product to float32, then the other product and the sum together.
      result[start + x] = upper[x]! * firstWeight + Math.fround(lower[x]! * secondWeight);
    }
  }
  return result;
}

/** Resizes one row along x. */
function widen(logits: Float32Array, row: number, columns: UpsampleAxis, out: Float32Array): void {
  const { first, second, firstWeight, secondWeight } = columns;
  for (let x = 0; x < out.length; x++) {
    const right = Math.fround(logits[row + second[x]!]! * secondWeight[x]!);
    out[x] = logits[row + first[x]!]! * firstWeight[x]! + right;
  }
}
