import { readdir, stat } from "node:fs/promises";
import { isAbsolute, join, resolve, sep } from "node:path";
import { InputError, NotFoundError, Sam2Error } from "@sam2js/core";
import {
  compareNames,
  describeLeftOut,
  fileNames,
  isUrl,
  type LeftOut,
  PICTURE_ENDINGS,
  shownSource,
  sortFolder,
  stemOf,
  uniqueNames,
} from "@sam2js/media";
import { glob, isDynamicPattern } from "tinyglobby";
import { type Failure, failureOf } from "./batch.js";

/** An image to work on, and the names that its results carry. */
export interface ImageInput {
  readonly path: string;
  /** The same for people and results: a URL without what may be secret in it. */
  readonly shown: string;
  /** Unique among the inputs, without ending: `photo`, or `photo-2` for a second one of that name. */
  readonly stem: string;
  /** What data sets call it: its name, or its path where several have that name. */
  readonly fileName: string;
}

/** What the image arguments of a command stand for. */
export interface ExpandedInputs {
  readonly inputs: ImageInput[];
  /** One for each of several arguments that names nothing. */
  readonly failures: Failure[];
  /** Files of folders that are not among the images. */
  readonly leftOut: LeftOut[];
}

/**
 * Turns the image arguments of a command into files: a file is taken as it is, a folder stands for the images in it, a pattern (`photos/*.jpg`,
 * for shells that do not expand it) for what it matches. URLs are kept.
 *
 * @throws {NotFoundError} the only argument names nothing
 */
export async function expandInputs(args: readonly string[]): Promise<ExpandedInputs> {
  const paths: string[] = [];
  const failures: Failure[] = [];
  const leftOut: LeftOut[] = [];
  for (const argument of args) {
    try {
      paths.push(...(await expand(argument, leftOut)));
    } catch (error) {
      if (args.length === 1 || !Sam2Error.isInstance(error)) throw error;
      failures.push(failureOf(argument, error));
    }
  }
  const byPlace = new Map<string, string>();
  for (const path of paths) {
    const place = isUrl(path) ? path : resolve(path); // `a.jpg` and `./a.jpg` are one image
    if (!byPlace.has(place)) byPlace.set(place, path);
  }
  const different = [...byPlace.values()];
  const stems = uniqueNames(different.map(stemOf));
  const names = fileNames(different);
  const inputs = different.map((path, index) => ({
    path,
    shown: shownSource(path),
    stem: stems[index] ?? "image",
    fileName: names[index] ?? path,
  }));
  return { inputs, failures, leftOut };
}

async function expand(argument: string, leftOut: LeftOut[]): Promise<string[]> {
  if (isUrl(argument)) {
    if (URL.canParse(argument)) return [argument];
    const expected = "a URL such as https://host/photo.jpg";
    throw InputError.expected(argument, expected, "one that cannot be read", "check it");
  }
  const found = await stat(argument).catch(() => undefined);
  if (found && !found.isDirectory()) return [argument];
  if (found) return inFolder(argument, leftOut);
  if (isDynamicPattern(argument)) {
    const options = { expandDirectories: false, absolute: isAbsolute(argument) };
    const matches = await glob(toPattern(argument), options);
    const sorted = sortFolder(matches);
    if (sorted.pictures.length > 0) leftOut.push(...sorted.leftOut);
    // A pattern that is for something else alone means that: the runtime says what it is.
    if (matches.length > 0)
      return sorted.pictures.length > 0 ? [...sorted.pictures] : matches.sort(compareNames);
  }
  throw NotFoundError.expected(argument, "an image, a folder of images, a pattern or a URL", "nothing there");
}

async function inFolder(folder: string, leftOut: LeftOut[]): Promise<string[]> {
  const sorted = sortFolder(await listFiles(folder));
  leftOut.push(...sorted.leftOut);
  if (sorted.pictures.length === 0) throw noPictures(folder, sorted.leftOut);
  return sorted.pictures.map((name) => join(folder, name));
}

/** Names of the files in a folder, without folders. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
}

/** @param leftOut  what is there instead of pictures */
export function noPictures(folder: string, leftOut: readonly LeftOut[]): InputError {
  const others = describeLeftOut(leftOut);
  return new InputError(
    `${folder}: expected pictures (${PICTURE_ENDINGS.join(" ")}) in this folder, got none${others ? `; ${others}` : ""}`,
    { name: folder, expected: PICTURE_ENDINGS, got: leftOut.map(({ name }) => name) },
  );
}

/** Patterns are written with forward slashes; a backslash is a separator on Windows alone. */
function toPattern(path: string): string {
  return sep === "\\" ? path.replaceAll("\\", "/") : path;
}
