import { checkOptions, createBreather, InputError, Tensor } from "@sam2js/core";
import {
  cleanLogits,
  MaskTracer,
  paintRle,
  planUpsample,
  type UpsamplePlan,
  upsampleLogits,
} from "@sam2js/masks";
import { failInput } from "../options/fail.js";
import { parseFlag } from "../options/image-settings.js";
import { type OriginalSize, type OriginalSizes, readOriginalSizes } from "../prompts/original-sizes.js";
import { suppressOverlaps } from "./overlaps.js";
import { type ImageLogits, type MaskLogits, readMaskLogits } from "./read-masks.js";

/** How logits become masks. */
export interface PostProcessMasksOptions<Binarize extends boolean = boolean> {
  /** A logit above it is inside. Infinity puts every pixel outside, -Infinity inside. Default 0. */
  readonly maskThreshold?: number | undefined;
  /** Bitmaps (uint8, 0 and 1) if true, as by default; else the full-size logits (float32). */
  readonly binarize?: Binarize | undefined;
  /** Holes of at most so many low-resolution mask pixels, 8-connected, are filled. Default 0: none. */
  readonly maxHoleArea?: number | undefined;
  /** Islands of at most so many low-resolution mask pixels, 8-connected, are removed. Default 0: none. */
  readonly maxSprinkleArea?: number | undefined;
  /** Give each pixel to the object with the highest logit: the others' logits are brought down to -10 there. Default false. */
  readonly applyNonOverlappingConstraints?: boolean | undefined;
  /** Aborting rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

const OPTION_NAMES: readonly (keyof PostProcessMasksOptions)[] = [
  "maskThreshold",
  "binarize",
  "maxHoleArea",
  "maxSprinkleArea",
  "applyNonOverlappingConstraints",
  "signal",
];

/** Rows whose full-size logits are held at once. */
const STRIP = 64;

/** Most bytes of one image's masks: what every engine lets one typed array have. */
const MAX_RESULT_BYTES = 2 ** 32 - 1;

/**
 * Brings mask logits to the size of each original image and marks the pixels inside the object.
 *
 * Bilinear upscaling (half-pixel centres), then the threshold. With `binarize` masks are traced from the low-resolution logits: no full-size
 * logits are held, but for strips where overlaps are taken apart.
 * Small holes and sprinkles are found on the low-resolution logits, before upscaling.
 *
 * @param masks          float32 [B, N, M, h, w], or one [N, M, h, w] per image; any real number, 0 is the border of the object
 * @param originalSizes  [height, width] in pixels of the original image, one per item of B
 * @returns              one [N, M, height, width] per image: uint8, 1 inside, 0 outside, or float32 with `binarize: false`
 * @throws {ShapeError} another shape, or another number of sizes than of images
 * @throws {InputError} an option out of its range, a logit that is not finite, or more than 4 GiB for one image
 * @see the reference's `post_process_masks`; Meta's `SAM2Transforms.postprocess_masks` for holes and sprinkles
 */
export async function postProcessMasks<Binarize extends boolean = true>(
  masks: MaskLogits,
  originalSizes: OriginalSizes,
  options: PostProcessMasksOptions<Binarize> = {},
): Promise<Tensor<Binarize extends false ? "float32" : "uint8">[]> {
  checkOptions(options, OPTION_NAMES, "postProcessMasks options");
  const settings = readOptions(options);
  const sizes = readOriginalSizes(originalSizes);
  const images = readMaskLogits(masks, sizes.length);
  for (const [index, size] of sizes.entries())
    checkResultSize(images[index]!, size, settings.binarize, index);
  const breathe = createBreather(options.signal);
  const results: Tensor<"uint8" | "float32">[] = [];
  for (const [index, size] of sizes.entries()) {
    await breathe();
    results.push(await processImage(images[index]!, size, settings, breathe));
  }
  return results as Tensor<Binarize extends false ? "float32" : "uint8">[];
}

type Settings = Required<
  Omit<{ [Name in keyof PostProcessMasksOptions]: NonNullable<PostProcessMasksOptions[Name]> }, "signal">
>;

async function processImage(
  logits: ImageLogits,
  [height, width]: OriginalSize,
  settings: Settings,
  breathe: () => Promise<void>,
): Promise<Tensor<"uint8" | "float32">> {
  const { objects, masks } = logits;
  const from = [logits.height, logits.width] as const;
  const plan = planUpsample(from, [height, width]);
  const tracer = new MaskTracer(from, [height, width]);
  const out = Tensor.zeros(settings.binarize ? "uint8" : "float32", [objects, masks, height, width]);
  const area = height * width;
  const outMask = (object: number, mask: number) => {
    const begin = (object * masks + mask) * area;
    return out.data.subarray(begin, begin + area);
  };
  for (let mask = 0; mask < masks; mask += 1) {
    if (settings.applyNonOverlappingConstraints && objects > 1) {
      const all = Array.from({ length: objects }, (_, object) => cleaned(logits, object, mask, settings));
      const targets = all.map((_, object) => outMask(object, mask));
      await upsampleApart(all, targets, plan, settings.maskThreshold, breathe);
      continue;
    }
    for (let object = 0; object < objects; object += 1) {
      await breathe();
      const target = outMask(object, mask);
      const low = cleaned(logits, object, mask, settings);
      if (target instanceof Float32Array) upsampleLogits(low, plan, target);
      else if (!Number.isFinite(settings.maskThreshold)) target.fill(settings.maskThreshold < 0 ? 1 : 0);
      else paintRle(tracer.trace(low, settings.maskThreshold), target);
    }
  }
  return out;
}

/** Logits of one mask with small components changed; the caller's own where nothing is to be changed. */
function cleaned(logits: ImageLogits, object: number, mask: number, settings: Settings): Float32Array {
  const size = logits.height * logits.width;
  const begin = (object * logits.masks + mask) * size;
  const own = logits.data.subarray(begin, begin + size);
  if (settings.maxHoleArea === 0 && settings.maxSprinkleArea === 0) return own;
  const copy = own.slice();
  const { maskThreshold, maxHoleArea, maxSprinkleArea } = settings;
  cleanLogits(copy, logits.width, logits.height, { maskThreshold, maxHoleArea, maxSprinkleArea });
  return copy;
}

/** Upscales the same mask of all objects side by side, a strip at a time, each pixel kept by one of them. */
async function upsampleApart(
  all: readonly Float32Array[],
  targets: readonly (Uint8Array | Float32Array)[],
  plan: UpsamplePlan,
  maskThreshold: number,
  breathe: () => Promise<void>,
): Promise<void> {
  const [height, width] = plan.to;
  const threshold = Math.fround(maskThreshold);
  for (let y = 0; y < height; y += STRIP) {
    await breathe();
    const range = [y, Math.min(height, y + STRIP)] as const;
    const strips = all.map((low) => upsampleLogits(low, plan, undefined, range));
    suppressOverlaps(strips);
    for (const [object, strip] of strips.entries()) {
      const target = targets[object]!;
      if (target instanceof Float32Array) target.set(strip, y * width);
      else for (let i = 0; i < strip.length; i += 1) target[y * width + i] = strip[i]! > threshold ? 1 : 0;
    }
  }
}

function readOptions(options: PostProcessMasksOptions): Settings {
  const number = (
    name: "maskThreshold" | "maxHoleArea" | "maxSprinkleArea",
    least: number,
    expected: string,
  ) => {
    const value = options[name] ?? 0;
    return typeof value === "number" && value >= least ? value : failInput(name, expected, value);
  };
  const area = "a number >= 0, in low-resolution mask pixels";
  const flag = (name: "binarize" | "applyNonOverlappingConstraints", fallback: boolean) =>
    parseFlag(options[name] ?? fallback, name, failInput);
  return {
    maskThreshold: number("maskThreshold", Number.NEGATIVE_INFINITY, "a number"),
    maxHoleArea: number("maxHoleArea", 0, area),
    maxSprinkleArea: number("maxSprinkleArea", 0, area),
    binarize: flag("binarize", true),
    applyNonOverlappingConstraints: flag("applyNonOverlappingConstraints", false),
  };
}

function checkResultSize(logits: ImageLogits, size: OriginalSize, binarize: boolean, index: number): void {
  const bytes = logits.objects * logits.masks * size[0] * size[1] * (binarize ? 1 : 4);
  if (bytes <= MAX_RESULT_BYTES) return;
  const next = binarize ? "give fewer objects at a time" : "give fewer objects at a time, or binarize";
  throw InputError.expected(
    `masks[${index}]`,
    `at most ${MAX_RESULT_BYTES} bytes of full-size masks`,
    `${logits.objects} x ${logits.masks} masks of [${size.join(", ")}], ${bytes} bytes`,
    next,
  );
}
