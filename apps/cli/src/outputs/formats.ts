import { InputError } from "@sam2js/core";

/** What results can be written as. */
export const FORMATS = [
  "overlay",
  "png",
  "cutout",
  "coco",
  "yolo",
  "voc",
  "cvat",
  "svg",
  "geojson",
  "npy",
] as const;

export type Format = (typeof FORMATS)[number];

export const DEFAULT_FORMATS: readonly Format[] = ["overlay", "coco"];

/** Reads names such as `overlay,coco`. @throws {InputError} none, or one that is not among the known */
export function parseFormats<T extends string>(text: string, known: readonly T[]): T[] {
  const names = text
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const isKnown = (name: string): name is T => known.some((each) => each === name);
  const got = names.find((name) => !isKnown(name)) ?? (names.length === 0 ? text : undefined);
  if (got !== undefined) {
    throw new InputError(
      `--format: expected names out of ${known.join(", ")}, got "${got}"; for example --format ${known[0]},coco`,
      { name: "--format", expected: known, got },
    );
  }
  return [...new Set(names.filter(isKnown))];
}
