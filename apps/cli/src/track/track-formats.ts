import { InputError } from "@sam2js/core";

/** What tracks can be written as. */
export const TRACK_FORMATS = ["mp4", "webm", "gif", "png", "coco", "mot", "rle"] as const;

export type TrackFormat = (typeof TRACK_FORMATS)[number];

/** Reads `mp4,coco`. @throws {InputError} a name that is none of {@link TRACK_FORMATS} */
export function parseTrackFormats(text: string): TrackFormat[] {
  const names = text
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const unknown = names.find((name) => !isFormat(name));
  if (unknown !== undefined || names.length === 0) {
    throw new InputError(
      `--format: expected names out of ${TRACK_FORMATS.join(", ")}, got "${unknown ?? text}"; for example --format mp4,coco`,
      { text },
    );
  }
  return [...new Set(names.filter(isFormat))];
}

function isFormat(name: string): name is TrackFormat {
  return (TRACK_FORMATS as readonly string[]).includes(name);
}
