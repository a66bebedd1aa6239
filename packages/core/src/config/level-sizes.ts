import { refuse, type SizePair } from "./field.js";
import { convolved } from "./stage-sizes.js";

/** What the neck needs to know of a backbone. */
export interface Backbone {
  /** Channels of every stage, finest first. */
  readonly stageChannels: readonly number[];
  /**
   * [height, width] of every stage's output in tokens.
   *
   * @param size  [height, width] of the image in pixels   @param path  what a message calls it
   * @param advise  what a message advises; by default the nearest sizes that fit
   * @throws {ConfigError} the reference cannot run this size
   */
  sizesOf(size: SizePair, path: string, advise?: () => string): readonly SizePair[];
}

/** The settings of backbone and neck that decide about sizes. */
export interface LevelGeometry {
  readonly backboneConfig: Backbone;
  readonly backboneChannelList: readonly number[];
  readonly fpnKernelSize: number;
  readonly fpnStride: number;
  readonly fpnPadding: number;
  readonly fpnTopDownLevels: readonly number[];
  readonly numFeatureLevels: number;
}

/**
 * [height, width] of the feature levels in tokens, finest first.
 *
 * @param size  [height, width] of the image in pixels
 * @param path  what a message calls it
 * @param advise  what a message advises; by default the nearest sizes that fit the backbone
 * @throws {ConfigError} the reference cannot run this size, or a level cannot be added to the next one
 */
export function levelSizes(
  geometry: LevelGeometry,
  size: SizePair,
  path: string,
  advise?: () => string,
): readonly SizePair[] {
  const stages = geometry.backboneConfig.sizesOf(size, path, advise);
  const levels = geometry.backboneChannelList.length;
  const { fpnKernelSize: kernel, fpnStride: stride, fpnPadding: padding } = geometry;
  const sizes = stages
    .slice(0, levels)
    .map(
      ([height, width]): SizePair => [
        convolved(height, kernel, stride, padding),
        convolved(width, kernel, stride, padding),
      ],
    );
  sizes.forEach(([height, width], level) => {
    if (height < 1 || width < 1) {
      refuse(
        "fpn_kernel_size",
        `a kernel that fits level ${level} of [${stages[level]}] tokens`,
        kernel,
        "choose a smaller one",
      );
    }
    const coarser = sizes[level + 1];
    if (!coarser || !geometry.fpnTopDownLevels.includes(level)) return;
    if (height !== 2 * coarser[0] || width !== 2 * coarser[1]) {
      refuse(
        "fpn_top_down_levels",
        `no level ${level}, as its [${height}, ${width}] tokens are not twice the [${coarser}] of level ${level + 1}`,
        geometry.fpnTopDownLevels,
        `leave it out, or change the backbone's strides or the image size${advise ? `: ${advise()}` : ""}`,
      );
    }
  });
  return sizes.slice(0, geometry.numFeatureLevels);
}
