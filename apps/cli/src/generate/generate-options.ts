import { NANO_GENERATION } from "@sam2js/nano";
import type { MaskGenerationOptions } from "@sam2js/pipeline";
import { type Command, Option } from "commander";
import { DEFAULT_MODEL } from "../model/resolve-model.js";
import { numberWithin, wholeNumber } from "../options/numbers.js";

/** Options of `sam2 generate` that go to mask generation. */
export interface GenerateOptions {
  readonly pointsPerSide?: number;
  readonly pointsPerBatch?: number;
  readonly pointGrid?: "image" | "transformers";
  readonly predIouThresh?: number;
  readonly stabilityScoreThresh?: number;
  readonly stabilityScoreOffset?: number;
  readonly maskThreshold?: number;
  readonly nmsThresh?: number;
  readonly cropsNLayers?: number;
  readonly cropOverlapRatio?: number;
  readonly cropNPointsDownscaleFactor?: number;
  readonly maxHoleArea?: number;
  readonly maxSprinkleArea?: number;
  readonly minMaskRegionArea?: number;
  readonly useM2m?: boolean;
  readonly singleMask?: boolean;
}

const anyNumber = Number.POSITIVE_INFINITY;

export function addGenerateOptions(command: Command): Command {
  return command
    .option(
      "--points-per-side <n>",
      "points along each side of the grid of clicks (default: 32)",
      wholeNumber("--points-per-side", 1, 2048),
    )
    .option(
      "--points-per-batch <n>",
      "at most so many clicks in one run; changes no result (default: 64)",
      wholeNumber("--points-per-batch", 1),
    )
    .addOption(
      new Option(
        "--point-grid <name>",
        "image: over the whole image (default); transformers: as the reference has it",
      ).choices(["image", "transformers"]),
    )
    .option(
      "--pred-iou-thresh <x>",
      "drop masks with a score up to x, 0 to 1 (default: 0.88)",
      numberWithin("--pred-iou-thresh", 0, 1),
    )
    .option(
      "--stability-score-thresh <x>",
      "drop masks with a stability up to x, 0 to 1 (default: 0.95)",
      numberWithin("--stability-score-thresh", 0, 1),
    )
    .option(
      "--stability-score-offset <x>",
      "how far the threshold is moved to see how stable a mask is (default: 1)",
      numberWithin("--stability-score-offset", 0, anyNumber),
    )
    .option(
      "--mask-threshold <x>",
      "a logit above it is inside (default: 0)",
      numberWithin("--mask-threshold", -anyNumber, anyNumber),
    )
    .option(
      "--nms-thresh <x>",
      "of two masks whose boxes overlap more than x, keep one, 0 to 1 (default: 0.7)",
      numberWithin("--nms-thresh", 0, 1),
    )
    .option(
      "--crops-n-layers <n>",
      "also look at 4, 4 + 16, … crops of the image, for small objects (default: 0)",
      wholeNumber("--crops-n-layers", 0),
    )
    .option(
      "--crop-overlap-ratio <x>",
      "overlap of crops, as a share of the image's short side (default: 0.34)",
      numberWithin("--crop-overlap-ratio", 0, 1),
    )
    .option(
      "--crop-n-points-downscale-factor <n>",
      "divides the points along a side, layer by layer (default: 1)",
      wholeNumber("--crop-n-points-downscale-factor", 1),
    )
    .option(
      "--max-hole-area <n>",
      "fill holes of at most n pixels of the model's masks (default: 0, with nano 10)",
      wholeNumber("--max-hole-area", 0),
    )
    .option(
      "--max-sprinkle-area <n>",
      "drop specks of at most n such pixels (default: 0, with nano 10)",
      wholeNumber("--max-sprinkle-area", 0),
    )
    .option(
      "--min-mask-region-area <n>",
      "at the end, remove holes and specks below n pixels of the image (default: 0)",
      wholeNumber("--min-mask-region-area", 0),
    )
    .option("--use-m2m", "decode each mask once more from itself: slower, cleaner")
    .option("--single-mask", "one mask for each click instead of three");
}

/** As the pipeline takes them; what was not given is left to its defaults, and to nano's. */
export function toGenerationOptions(options: GenerateOptions, model: string): MaskGenerationOptions {
  const { pointsPerSide, nmsThresh, singleMask } = options;
  const usual: MaskGenerationOptions = model === DEFAULT_MODEL ? NANO_GENERATION : {};
  return {
    pointsPerCrop: pointsPerSide,
    pointsPerBatch: options.pointsPerBatch,
    pointGrid: options.pointGrid,
    predIouThresh: options.predIouThresh,
    stabilityScoreThresh: options.stabilityScoreThresh,
    stabilityScoreOffset: options.stabilityScoreOffset,
    maskThreshold: options.maskThreshold,
    cropsNmsThresh: nmsThresh,
    cropsNLayers: options.cropsNLayers,
    cropOverlapRatio: options.cropOverlapRatio,
    cropNPointsDownscaleFactor: options.cropNPointsDownscaleFactor,
    maxHoleArea: options.maxHoleArea ?? usual.maxHoleArea,
    maxSprinkleArea: options.maxSprinkleArea ?? usual.maxSprinkleArea,
    minMaskRegionArea: options.minMaskRegionArea,
    useM2m: options.useM2m,
    multimaskOutput: singleMask ? false : undefined,
  };
}
