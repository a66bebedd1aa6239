import { checkFinite, checkNumber, checkSize } from "@sam2js/core";
import { CellTracer } from "./cell-tracer.js";
import { checkBitmap } from "./connected-components.js";
import { countAboveBoth } from "./count-above.js";
import { MaskKernel } from "./kernel/mask-kernel.js";
import type { Rle } from "./run-lengths.js";
import { planUpsample, type UpsamplePlan } from "./upsample-logits.js";

/**
 * Thresholds upsampled logits without upsampling them.
 *
 * A bilinear pixel lies between its four low-resolution neighbours. So where all four corners of a low-resolution cell are on one side
 * of the threshold, all of its pixels are; only cells on the border are looked at pixel by pixel, with the very arithmetic of
 * {@link upsampleLogits}. Time grows with the outline, and no array has the size of the result.
 *
 * One tracer serves any number of masks, one at a time. Where WebAssembly has vector instructions they count, with the same result.
 */
export class MaskTracer {
  readonly #plan: UpsamplePlan;
  readonly #kernel: MaskKernel | undefined;
  #cells: CellTracer | undefined;

  /**
   * @param from  [height, width] of the logits
   * @param to    [height, width] of the masks
   * @throws {InputError} a size is not whole, or `from` is empty
   */
  constructor(from: readonly [number, number], to: readonly [number, number]) {
    this.#plan = planUpsample(from, to);
    this.#kernel = MaskKernel.for(this.#plan);
  }

  /**
   * The pixels of the upsampled logits above a threshold.
   *
   * @param logits  float32 [h, w], row by row
   * @throws {ShapeError} `logits` has not the tracer's size
   * @throws {InputError} a logit is not finite
   */
  trace(logits: Float32Array, threshold = 0): Rle {
    this.#check(logits);
    checkNumber(threshold, "threshold", "a number");
    const { to } = this.#plan;
    this.#cells ??= new CellTracer(this.#plan);
    return { size: [to[0], to[1]], counts: this.#cells.trace(logits, threshold) };
  }

  /**
   * How many pixels of the upsampled logits are above the higher and above the lower of two thresholds.
   *
   * @param logits  float32 [h, w], row by row
   * @throws {ShapeError} `logits` has not the tracer's size
   * @throws {InputError} a logit is not finite
   */
  countAbove(
    logits: Float32Array,
    thresholds: readonly [number, number],
  ): { readonly higher: number; readonly lower: number } {
    this.#check(logits);
    const kernel = thresholds.every(MaskKernel.takes) ? this.#kernel : undefined;
    return kernel
      ? kernel.countAbove(logits, this.#plan, thresholds)
      : countAboveBoth(logits, this.#plan, thresholds);
  }

  #check(logits: Float32Array): void {
    const [h, w] = this.#plan.from;
    checkBitmap(logits, w, h, "logits");
    checkFinite(logits, "logits");
  }
}

/** The tracer of the last sizes: masks of one decoder run, or of one video, have the same. */
let last:
  | { readonly from: readonly number[]; readonly to: readonly number[]; readonly tracer: MaskTracer }
  | undefined;

function tracerFor(from: readonly [number, number], to: readonly [number, number]): MaskTracer {
  checkSize(from, "from");
  checkSize(to, "to");
  const isSame = (a: readonly number[] | undefined, b: readonly number[]) =>
    a?.[0] === b[0] && a?.[1] === b[1];
  if (!last || !isSame(last.from, from) || !isSame(last.to, to)) {
    last = { from: [...from], to: [...to], tracer: new MaskTracer(from, to) };
  }
  return last.tracer;
}

/**
 * The pixels above a threshold of logits upsampled to another size, without upsampling them.
 *
 * @param logits  float32 [h, w], row by row
 * @param from    [h, w]
 * @param to      [height, width] of the mask
 * @throws {ShapeError} `logits` has not `from`'s size
 * @throws {InputError} a size is not whole, `from` is empty, or a logit is not finite
 */
export function traceMask(
  logits: Float32Array,
  from: readonly [number, number],
  to: readonly [number, number],
  threshold = 0,
): Rle {
  return tracerFor(from, to).trace(logits, threshold);
}

/**
 * How many pixels of logits upsampled to another size are above each threshold, without upsampling them.
 *
 * @param logits  float32 [h, w], row by row
 * @param from    [h, w]
 * @param to      [height, width] of the mask
 */
export function countAbove(
  logits: Float32Array,
  from: readonly [number, number],
  to: readonly [number, number],
  thresholds: readonly number[],
): number[] {
  const tracer = tracerFor(from, to);
  return thresholds.map((threshold) => tracer.countAbove(logits, [threshold, threshold]).lower);
}
