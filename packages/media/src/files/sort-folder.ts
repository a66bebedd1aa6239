import { checkList } from "@sam2js/core";
import { baseName } from "./source-names.js";

/** Endings of pictures that both runtimes read. */
export const PICTURE_ENDINGS = [
  ".jpg",
  ".jpeg",
  ".jfif",
  ".png",
  ".webp",
  ".avif",
  ".gif",
  ".tif",
  ".tiff",
] as const;

/** Endings of pictures that are recognised, but not read. */
const UNREAD_ENDINGS: readonly string[] = [".heic", ".heif", ".bmp", ".jxl", ".jp2", ".psd", ".dng", ".svg"];

/** Why a file of a folder is not among its pictures. */
export type LeftOutReason =
  | "hidden file"
  | "result of an earlier run"
  | "picture that is not read"
  | "no picture";

/** A file of a folder that is not among its pictures. */
export interface LeftOut {
  /** As it was given. */
  readonly name: string;
  /** Why, in words for people. */
  readonly reason: LeftOutReason;
}

/** The files of a folder, by what becomes of them. */
export interface SortedFolder {
  /** Names of pictures in the order of {@link compareNames}. */
  readonly pictures: readonly string[];
  /** All others. */
  readonly leftOut: readonly LeftOut[];
}

/** `photo.overlay.png`, `photo.cutout.webp`, `photo.001.cutout.png`, `photo.labels-2.png`, `photo.cup.mask.png`. */
const OWN_RESULT = /\.((overlay|cutout|labels|mask)([.-]\d+)?\.(png|gif)|cutout\.(webp|jpg))$/i;
const SYSTEM_FILES: readonly string[] = ["thumbs.db", "desktop.ini"];

/**
 * Which files of a folder are pictures to work on, and in what order. The one rule for every command and for the app.
 *
 * @param names  names of files, or their paths
 */
export function sortFolder(names: readonly string[]): SortedFolder {
  checkList(names, "names", "a list of names");
  const leftOut: LeftOut[] = [];
  const pictures: string[] = [];
  for (const name of names) {
    const reason = reasonAgainst(name);
    if (reason) leftOut.push({ name, reason });
    else pictures.push(name);
  }
  return { pictures: pictures.sort(compareNames), leftOut };
}

/** Whether a file with this name is a picture to work on; the rule of {@link sortFolder}. */
export function isPictureName(name: string): boolean {
  return reasonAgainst(name) === undefined;
}

/** Whether a file is called as the results of earlier runs are: `photo.overlay.png`. */
export function isOwnResult(name: string): boolean {
  return OWN_RESULT.test(baseName(name));
}

function reasonAgainst(name: string): LeftOutReason | undefined {
  const plain = baseName(name).toLowerCase();
  const dot = plain.lastIndexOf(".");
  const ending = dot < 0 ? "" : plain.slice(dot);
  if (plain.startsWith(".") || SYSTEM_FILES.includes(plain)) return "hidden file";
  if (isOwnResult(plain)) return "result of an earlier run";
  if (UNREAD_ENDINGS.includes(ending)) return "picture that is not read";
  return PICTURE_ENDINGS.some((each) => each === ending) ? undefined : "no picture";
}

/**
 * The order of files: numbers in names by their value, all else by code units, so that it is the same on every system and in every language.
 * `2.jpg` comes before `10.jpg`, and `02.jpg` right after `2.jpg`.
 */
export function compareNames(a: string, b: string): number {
  const [partsA, partsB] = [partsOf(a), partsOf(b)];
  for (let i = 0; i < Math.min(partsA.length, partsB.length); i++) {
    const [partA = "", partB = ""] = [partsA[i], partsB[i]];
    const order = compareParts(partA, partB);
    if (order !== 0) return order;
  }
  return partsA.length - partsB.length || compareText(a, b);
}

const partsOf = (name: string): string[] => name.match(/\d+|\D+/g) ?? [];
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareParts(a: string, b: string): number {
  if (!/^\d/.test(a) || !/^\d/.test(b)) return compareText(a, b);
  const [digitsA, digitsB] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  return digitsA.length - digitsB.length || compareText(digitsA, digitsB);
}

/** What was left out, in words: `3 files left out: 2 hidden files, 1 result of an earlier run (a.overlay.png)`; empty for nothing. */
export function describeLeftOut(leftOut: readonly LeftOut[]): string {
  checkList(leftOut, "leftOut", "a list of files with their reasons, as sortFolder gives it");
  const reasons = new Map<LeftOutReason, string[]>();
  for (const { name, reason } of leftOut) reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  const parts = [...reasons].map(
    ([reason, names]) =>
      `${names.length} ${plural(reason, names.length)} (${names.slice(0, 3).join(", ")}${names.length > 3 ? ", …" : ""})`,
  );
  return parts.length === 0
    ? ""
    : `${leftOut.length} ${leftOut.length === 1 ? "file" : "files"} left out: ${parts.join(", ")}`;
}

function plural(reason: LeftOutReason, count: number): string {
  if (count === 1) return reason;
  const words: Readonly<Record<LeftOutReason, string>> = {
    "hidden file": "hidden files",
    "result of an earlier run": "results of earlier runs",
    "picture that is not read": "pictures that are not read",
    "no picture": "no pictures",
  };
  return words[reason];
}
