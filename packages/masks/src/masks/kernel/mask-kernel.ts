import { compileKernel, type KernelExports, layOutArrays } from "@sam2js/core";
import { type SideBounds, sideBounds } from "../side-bounds.js";
import type { UpsamplePlan } from "../upsample-logits.js";
import { KERNEL_BYTES } from "./kernel-bytes.js";
import { roundingCut } from "./rounding-cut.js";

/** What the compiled kernel exports; `kernel/` in this package has the source. */
interface Exports extends KernelExports {
  place(w: number, h: number, ...places: number[]): void;
  straighten(): void;
  countAbove(
    low: number,
    sureLow: number,
    notLow: number,
    cutLow: number,
    high: number,
    sureHigh: number,
    notHigh: number,
    cutHigh: number,
  ): number;
  countedAboveLower(): number;
}

/** Numbers that the kernel keeps of each row of cells. */
const LINE = 5;
/** All bits of the first four, so that reading four of them from any on has all bits of the first few. */
const LANES = Int32Array.of(-1, -1, -1, -1, 0, 0, 0, 0);
/** Sums of pixels are 32-bit integers. */
const MOST_PIXELS = 2 ** 31 - 1;
/** Thresholds whose neighbours are numbers, with room for rounding. */
const LARGEST_THRESHOLD = 1e30;

/**
 * Counts the pixels of upsampled logits above thresholds with the vector instructions of WebAssembly, as `upsampleLogits` has them.
 *
 * There is one for all: engines reserve much address space for each memory and give it back late. It keeps the largest memory it needed, which
 * grows with the height and width of masks, not with their area.
 */
export class MaskKernel {
  static #shared: MaskKernel | null | undefined;

  readonly #exports: Exports;
  #plan: UpsamplePlan | undefined;
  #logits = new Float32Array();

  private constructor(exports: Exports) {
    this.#exports = exports;
  }

  /** The kernel, where WebAssembly with vectors is there and allowed, and sizes are within its bounds. */
  static for({ to: [height, width] }: UpsamplePlan): MaskKernel | undefined {
    if (MaskKernel.#shared === undefined) MaskKernel.#shared = MaskKernel.#make();
    return height * width <= MOST_PIXELS ? (MaskKernel.#shared ?? undefined) : undefined;
  }

  static #make(): MaskKernel | null {
    const exports = compileKernel<Exports>(KERNEL_BYTES)();
    return exports ? new MaskKernel(exports) : null;
  }

  /** Whether the kernel can decide about a threshold. */
  static takes(threshold: number): boolean {
    return Math.abs(threshold) < LARGEST_THRESHOLD;
  }

  /**
   * How many pixels are above the higher and above the lower of two thresholds.
   *
   * @param logits      float32 [h, w] of the plan's `from`
   * @param thresholds  {@link MaskKernel.takes} each
   */
  countAbove(
    logits: Float32Array,
    plan: UpsamplePlan,
    thresholds: readonly [number, number],
  ): { readonly higher: number; readonly lower: number } {
    this.#load(logits, plan);
    const high = bounds(Math.max(...thresholds));
    const low = bounds(Math.min(...thresholds));
    const higher = this.#exports.countAbove(
      low.threshold,
      low.sure,
      low.not,
      low.cut,
      high.threshold,
      high.sure,
      high.not,
      high.cut,
    );
    return { higher, lower: this.#exports.countedAboveLower() };
  }

  #load(logits: Float32Array, plan: UpsamplePlan): void {
    if (this.#plan !== plan) this.#place(plan);
    this.#logits.set(logits);
  }

  /** Lays out the memory for a plan. */
  #place(plan: UpsamplePlan): void {
    const {
      from: [h, w],
      rows,
      columns,
    } = plan;
    const given = [
      columns.cells,
      rows.cells,
      columns.first,
      LANES,
      columns.firstWeight,
      columns.secondWeight,
      rows.firstWeight,
      rows.secondWeight,
    ];
    const lengths = [4 * w * h, ...given.map(({ byteLength }) => byteLength), 4 * LINE * h];
    const places = layOutArrays(this.#exports, lengths);
    const { memory } = this.#exports;
    for (const [index, { buffer, byteOffset, byteLength }] of given.entries()) {
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      new Uint8Array(memory.buffer, places[index + 1], byteLength).set(bytes);
    }
    this.#exports.place(w, h, ...places);
    this.#exports.straighten();
    this.#logits = new Float32Array(memory.buffer, places[0], w * h);
    this.#plan = plan;
  }
}

/** The bounds of a threshold, and `cut`: a pixel that is not sure is above if it exceeds it. */
function bounds(given: number): SideBounds & { readonly cut: number } {
  const sides = sideBounds(given);
  return { ...sides, cut: roundingCut(sides.threshold) };
}
