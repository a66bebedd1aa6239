import { checkTexts, describeValue, InputError } from "@sam2js/core";

/**
 * Which files of a data set are kept for validation. It hangs on each name alone, so that a file stays on its side when others are added. Of two names or
 * more at least one is on each side.
 *
 * @param share  of the files, 0 to 1; 0 = none
 * @returns      one entry for each name, true = validation
 * @throws {InputError} `share` is not from 0 to 1
 */
export function splitNames(names: readonly string[], share: number): boolean[] {
  checkTexts(names, "names", "a list of names");
  if (typeof share !== "number" || !(share >= 0 && share <= 1)) {
    throw InputError.expected("share", "a number from 0 to 1", describeValue(share));
  }
  const places = names.map(placeOf);
  const isKept = places.map((place) => place < share);
  if (names.length < 2 || share === 0 || share === 1) return isKept;
  if (!isKept.includes(true)) isKept[places.indexOf(Math.min(...places))] = true;
  if (!isKept.includes(false)) isKept[places.indexOf(Math.max(...places))] = false;
  return isKept;
}

/** A number from 0 to 1 that looks like chance: FNV-1a of the UTF-8 bytes, mixed by the finalizer of MurmurHash3. */
function placeOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
