import { refuse, type SizePair } from "./field.js";
import { CONFIG_LIMITS } from "./limits.js";

/** The settings of the backbone that decide about sizes. */
export interface StageGeometry {
  readonly patchKernelSize: SizePair;
  readonly patchStride: SizePair;
  readonly patchPadding: SizePair;
  readonly queryStride: SizePair;
  readonly numQueryPoolStages: number;
  readonly blocksPerStage: readonly number[];
  readonly windowSizePerStage: readonly number[];
}

/**
 * [height, width] of every stage's output in tokens.
 *
 * @param size  [height, width] of the image in pixels
 * @param path  what a message calls it
 * @param advise  what a message advises; by default the nearest sizes that fit
 * @throws {ConfigError} the reference cannot run this size
 */
export function stageSizes(
  geometry: StageGeometry,
  size: SizePair,
  path: string,
  advise?: () => string,
): readonly SizePair[] {
  const sides = ([0, 1] as const).map((axis) => {
    const walked = walkSides(geometry, axis, size[axis]);
    if (typeof walked !== "string") return walked;
    const fits = (side: number) => typeof walkSides(geometry, axis, side) !== "string";
    const advice = advise?.() ?? nearestSizes(fits, size[axis], geometry.patchStride[axis]);
    return refuse(path, `a size with ${walked}`, size[0] === size[1] ? size[0] : size, advice);
  });
  const [heights, widths] = sides as [number[], number[]];
  return heights.map((height, stage) => [height, widths[stage] as number] as const);
}

/**
 * Sides of all stages' outputs along one axis, or what a side that can be run would have.
 *
 *   patches = ⌊(side + 2·padding − kernel) / stride⌋ + 1, whole windows of stage 0
 *   pooled  = ⌊tokens / q⌋, as many windows of ⌊window / q⌋ as before of window
 */
export function walkSides(geometry: StageGeometry, axis: 0 | 1, side: number): number[] | string {
  const { patchKernelSize, patchStride, patchPadding, windowSizePerStage, blocksPerStage } = geometry;
  let tokens = convolved(side, patchKernelSize[axis], patchStride[axis], patchPadding[axis]);
  const first = windowSizePerStage[0] as number;
  if (tokens < 1 || tokens % first !== 0) {
    return `a multiple of window_size_per_stage[0] = ${first} patches (${patchStride[axis]} pixels each)`;
  }
  const sides = [tokens];
  for (let stage = 1; stage < blocksPerStage.length; stage++) {
    if (stage <= geometry.numQueryPoolStages) {
      const stride = geometry.queryStride[axis];
      const window = windowSizePerStage[stage - 1] as number;
      const pooled = Math.floor(tokens / stride);
      const windows = Math.ceil(tokens / window);
      if (pooled < 1 || Math.ceil(pooled / Math.floor(window / stride)) !== windows) {
        return `whole pooled windows in stage ${stage}, which pools ${tokens} tokens in windows of ${window}`;
      }
      tokens = pooled;
    }
    sides.push(tokens);
  }
  return sides;
}

/** Side of a convolution's output; below 1 where the kernel does not fit. */
export function convolved(side: number, kernel: number, stride: number, padding: number): number {
  return Math.floor((side + 2 * padding - kernel) / stride) + 1;
}

/** Advice that names the next smaller and larger multiples of `step` that fit. */
export function nearestSizes(fits: (side: number) => boolean, side: number, step: number): string {
  const near: number[] = [];
  const largest = Math.min(2 * side + 1024, CONFIG_LIMITS.imageSize);
  const start = Math.min(Math.floor(side / step), Math.floor(largest / step));
  for (let count = start; count > 0 && near.length === 0; count--) {
    if (fits(count * step)) near.push(count * step);
  }
  const below = near.length;
  for (let count = start + 1; count * step <= largest && near.length === below; count++) {
    if (fits(count * step)) near.push(count * step);
  }
  return near.length > 0 ? `the nearest that fit are ${near.join(" and ")}` : "no size fits these windows";
}
