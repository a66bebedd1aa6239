import { type SideBounds, sideBounds } from "../side-bounds.js";
import type { UpsamplePlan } from "../upsample-logits.js";
import { KERNEL_BYTES } from "./kernel-bytes.js";
import { roundingCut } from "./rounding-cut.js";

/** The part of WebAssembly that is used; the types of Node leave it out. */
interface WebAssemblyLike {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

/** What the compiled kernel exports; `kernel/` in this package has the source. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
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

const PAGE = 65_536;
/** Bytes of four float32, which the kernel reads and writes at once, from any pixel on. */
const SPARE = 16;
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
    try {
      const bytes = Uint8Array.from(atob(KERNEL_BYTES), (character) => character.charCodeAt(0));
      const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyLike }).WebAssembly;
      return new MaskKernel(new Instance(new Module(bytes)).exports as Exports);
    } catch {
      return null; // forbidden by a policy of the page, or an engine without vectors
    }
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

  /** Lays out the memory for a plan, each array with `SPARE` bytes behind it. */
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
    let end = 16;
    const places = lengths.map((length) => {
      const place = end;
      end += 16 * Math.ceil(length / 16) + SPARE;
      return place;
    });
    const { memory } = this.#exports;
    const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE);
    if (missing > 0) memory.grow(missing);
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
