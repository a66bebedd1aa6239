import {
  checkFunction,
  checkMembers,
  checkOptions,
  describeValue,
  InputError,
  type OnProgress,
} from "@sam2js/core";
import type { ImageEmbeddings } from "@sam2js/embeddings";

/** How "segment everything" works. All names and defaults are the reference's, but for `pointGrid` and those marked as Meta's. */
export interface MaskGenerationOptions {
  /** Upper bound for prompts in one engine run; fewer are taken where that is faster. `null` sets no bound. No result depends on it. Default 64. */
  readonly pointsPerBatch?: number | null | undefined;
  /** Points along each side of the grid. Default 32. */
  readonly pointsPerCrop?: number | undefined;
  /** Layers of crops beside the whole image; layer i has 4^i of them. Default 0. */
  readonly cropsNLayers?: number | undefined;
  /** How far crops of the first layer overlap, as a share of the image's short side. Default 512 / 1500. */
  readonly cropOverlapRatio?: number | undefined;
  /** In layer i the grid has `pointsPerCrop / factor^i` points along a side. Default 1. */
  readonly cropNPointsDownscaleFactor?: number | undefined;
  /** Masks whose predicted IoU is not above it are dropped, 0 to 1. Default 0.88. */
  readonly predIouThresh?: number | undefined;
  /** Masks whose stability is not above it are dropped, 0 to 1. Default 0.95. */
  readonly stabilityScoreThresh?: number | undefined;
  /** How far the threshold is raised and lowered to see how stable a mask is, in logits. Default 1. */
  readonly stabilityScoreOffset?: number | undefined;
  /** A logit above it is inside. Default 0. */
  readonly maskThreshold?: number | undefined;
  /** Holes of at most so many low-resolution pixels are filled. Default 0. */
  readonly maxHoleArea?: number | undefined;
  /** Sprinkles of at most so many low-resolution pixels are removed. Default 0. */
  readonly maxSprinkleArea?: number | undefined;
  /** Box IoU above which the mask with the lower score of two is a duplicate and dropped, 0 to 1. Default 0.7. */
  readonly cropsNmsThresh?: number | undefined;
  /** Also return run lengths. Default false. */
  readonly outputRleMask?: boolean | undefined;
  /** Also return boxes. Default false. */
  readonly outputBboxesMask?: boolean | undefined;
  /** `"image"` (default) covers the whole image; `"transformers"` is the reference's grid, which leaves out a part of images that are not square. */
  readonly pointGrid?: "image" | "transformers" | undefined;
  /** Meta's: decodes each mask once more with itself as mask prompt. Slower, cleaner. Default false. */
  readonly useM2m?: boolean | undefined;
  /** Meta's: holes and islands of fewer full-size pixels are removed at the end, then duplicates once more. Default 0. */
  readonly minMaskRegionArea?: number | undefined;
  /** Three masks per point (default), or one. */
  readonly multimaskOutput?: boolean | undefined;
  /** The image as it was encoded before: it is not encoded again, and not decoded unless crops want its pixels. Default: it is encoded. */
  readonly encoded?: EncodedImage | undefined;
  /** Called after each engine run; `done` and `total` count points of the grid. */
  readonly onProgress?: OnProgress | undefined;
  /** Aborting rejects with `signal.reason`; the engine run under way is the last. */
  readonly signal?: AbortSignal | undefined;
}

/** An image that was encoded, for {@link MaskGenerationOptions}. */
export interface EncodedImage {
  /** Of the image alone; whoever gives them disposes of them. */
  readonly embeddings: ImageEmbeddings;
  /** [height, width] of the image in pixels. */
  readonly size: readonly [number, number];
}

/** Options without a default. */
const UNSETTLED = ["encoded", "onProgress", "signal"] as const;
type Unsettled = (typeof UNSETTLED)[number];

/** {@link MaskGenerationOptions} with the defaults filled in. */
export type SettledOptions = {
  readonly [Name in keyof Omit<MaskGenerationOptions, Unsettled>]-?: Exclude<
    MaskGenerationOptions[Name],
    undefined
  >;
} & Pick<MaskGenerationOptions, Unsettled>;

const DEFAULTS: SettledOptions = {
  pointsPerBatch: 64,
  pointsPerCrop: 32,
  cropsNLayers: 0,
  cropOverlapRatio: 512 / 1500,
  cropNPointsDownscaleFactor: 1,
  predIouThresh: 0.88,
  stabilityScoreThresh: 0.95,
  stabilityScoreOffset: 1,
  maskThreshold: 0,
  maxHoleArea: 0,
  maxSprinkleArea: 0,
  cropsNmsThresh: 0.7,
  outputRleMask: false,
  outputBboxesMask: false,
  pointGrid: "image",
  useM2m: false,
  minMaskRegionArea: 0,
  multimaskOutput: true,
};

/**
 * Fills the defaults in and checks the ranges that no later step checks.
 *
 * @throws {InputError} an option is unknown or out of range
 */
export function settleOptions(options: MaskGenerationOptions): SettledOptions {
  checkOptions(options, [...Object.keys(DEFAULTS), ...UNSETTLED], "mask generation");
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settled: SettledOptions = { ...DEFAULTS, ...given };
  const { pointsPerBatch, onProgress, encoded } = settled;
  if (encoded !== undefined) checkMembers(encoded, "encoded", "{ embeddings, size }", "embeddings", "size");
  if (onProgress !== undefined) checkFunction(onProgress, "onProgress", "a function");
  if (pointsPerBatch !== null && !(Number.isSafeInteger(pointsPerBatch) && pointsPerBatch >= 1)) {
    throw outOfRange("pointsPerBatch", "a whole number from 1 on, or null for no bound", pointsPerBatch);
  }
  for (const name of ["maxHoleArea", "maxSprinkleArea", "minMaskRegionArea"] as const) {
    if (typeof settled[name] !== "number" || !(settled[name] >= 0))
      throw outOfRange(name, "a number of pixels from 0 on", settled[name]);
  }
  for (const name of [
    "predIouThresh",
    "stabilityScoreThresh",
    "stabilityScoreOffset",
    "maskThreshold",
    "cropsNmsThresh",
  ] as const) {
    if (!Number.isFinite(settled[name])) throw outOfRange(name, "a finite number", settled[name]);
  }
  return settled;
}

function outOfRange(name: string, expected: string, got: unknown): InputError {
  return InputError.expected(name, expected, describeValue(got), "see MaskGenerationOptions");
}
