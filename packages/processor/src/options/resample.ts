import { UnsupportedError } from "@sam2js/core";
import type { Fail } from "./fail.js";

/** Resampling filters by name, in the order of the numbers that the reference's files use (those of PIL): 0 is `nearest`. */
export const RESAMPLE_NAMES = ["nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"] as const;

/** A resampling filter by name. `box` and `hamming` are names of the reference's that its engine cannot run, nor can ours. */
export type ResampleName = (typeof RESAMPLE_NAMES)[number];

/** A resampling filter by name, or by PIL's number: 0 nearest, 1 lanczos, 2 bilinear, 3 bicubic, 4 box, 5 hamming. */
export type Resample = ResampleName | 0 | 1 | 2 | 3 | 4 | 5;

/** The filters that can be run. */
export type ResizeFilter = Exclude<ResampleName, "box" | "hamming">;

/** Reads a filter's name (in any case, `nearest-exact` too) or PIL's number. */
export function parseResample(value: unknown, name: string, fail: Fail): ResampleName {
  if (typeof value === "number" && Number.isInteger(value)) {
    const found = RESAMPLE_NAMES[value];
    if (found) return found;
  }
  if (typeof value === "string") {
    const wanted = value.toLowerCase();
    const found = RESAMPLE_NAMES.find((one) => one === wanted);
    if (found) return found;
    if (wanted === "nearest-exact") return "nearest";
  }
  const names = RESAMPLE_NAMES.map((one, number) => `${number} or "${one}"`).join(", ");
  return fail(name, `one of ${names}`, value);
}

/**
 * The filter, if it can be run.
 *
 * @throws {UnsupportedError} `box` or `hamming`: the reference's engine refuses them too
 */
export function runnableFilter(name: ResampleName): ResizeFilter {
  if (name === "box" || name === "hamming") {
    throw UnsupportedError.expected(
      "resample",
      "nearest, bilinear, bicubic or lanczos",
      `${name}, which the reference cannot run either`,
      '"bilinear" is what SAM 2 was trained with',
    );
  }
  return name;
}
