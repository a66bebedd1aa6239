import { InputError } from "@sam2js/core";

/** What results can be written as. */
export const FORMATS = ["overlay", "png", "cutout", "coco", "svg", "geojson", "npy"] as const;

export type Format = (typeof FORMATS)[number];

export const DEFAULT_FORMATS: readonly Format[] = ["overlay", "coco"];

/** Reads `overlay,coco`. @throws {InputError} a name that is none of {@link FORMATS} */
export function parseFormats(text: string): Format[] {
  const names = text
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const unknown = names.find((name) => !isFormat(name));
  if (unknown !== undefined || names.length === 0) {
    throw new InputError(
      `--format: expected names out of ${FORMATS.join(", ")}, got "${unknown ?? text}"; for example --format overlay,coco`,
      { text },
    );
  }
  return [...new Set(names.filter(isFormat))];
}

function isFormat(name: string): name is Format {
  return (FORMATS as readonly string[]).includes(name);
}
