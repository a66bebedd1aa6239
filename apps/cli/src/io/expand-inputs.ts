import { stat } from "node:fs/promises";
import { basename, extname, isAbsolute, join, sep } from "node:path";
import { InputError, NotFoundError, Sam2Error } from "@sam2js/core";
import { glob, isDynamicPattern } from "tinyglobby";
import { type Failure, failureOf } from "./batch.js";
import { uniqueNames } from "./safe-name.js";

/** Endings that are taken for images when a folder is given. A file named outright may end in anything. */
export const IMAGE_ENDINGS = [".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".tif", ".tiff"] as const;

/** What earlier runs wrote beside the images is no image to work on, unless it is named outright. */
const OWN_RESULT = /\.(overlay|cutout|labels)([.-]\d+)?\.png$/i;

/** An image to work on, and the name that its results carry. */
export interface ImageInput {
  readonly path: string;
  /** Unique among the inputs, without ending: `photo`, or `photo-2` for a second one of that name. */
  readonly stem: string;
}

/**
 * Turns the image arguments of a command into files: a file is taken as it is, a folder stands for the images in it, a pattern (`photos/*.jpg`,
 * for shells that do not expand it) for what it matches. URLs are kept.
 *
 * @returns  the images, and one failure for each of several arguments that names nothing
 * @throws {NotFoundError} the only argument names nothing
 */
export async function expandInputs(
  args: readonly string[],
): Promise<{ readonly inputs: ImageInput[]; readonly failures: Failure[] }> {
  const paths: string[] = [];
  const failures: Failure[] = [];
  for (const argument of args) {
    try {
      paths.push(...(await expand(argument)));
    } catch (error) {
      if (args.length === 1 || !Sam2Error.isInstance(error)) throw error;
      failures.push(failureOf(argument, error));
    }
  }
  const different = [...new Set(paths)];
  const stems = uniqueNames(different.map(stemOf));
  return { inputs: different.map((path, index) => ({ path, stem: stems[index] ?? "image" })), failures };
}

function stemOf(path: string): string {
  const name = isUrl(path) ? urlName(path) : basename(path);
  return name.slice(0, name.length - extname(name).length) || name;
}

/** The last part of a URL's path, without query and fragment; what cannot be decoded stays as it is written. */
function urlName(url: string): string {
  const last = new URL(url).pathname.split("/").filter(Boolean).at(-1) ?? "image";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

async function expand(argument: string): Promise<string[]> {
  if (isUrl(argument)) return [argument];
  const found = await stat(argument).catch(() => undefined);
  if (found && !found.isDirectory()) return [argument];
  if (found) return inFolder(argument);
  if (isDynamicPattern(argument)) {
    const options = { expandDirectories: false, absolute: isAbsolute(argument) };
    const matches = (await glob(toPattern(argument), options)).sort();
    const images = matches.filter((path) => isImageName(path));
    if (matches.length > 0) return images.length > 0 ? images : matches;
  }
  throw new NotFoundError(
    `${argument}: expected an image, a folder of images, a pattern or a URL, found nothing there`,
    {
      path: argument,
    },
  );
}

async function inFolder(folder: string): Promise<string[]> {
  const names = (await glob("*", { cwd: folder, expandDirectories: false })).filter(isImageName);
  if (names.length === 0) {
    throw new InputError(
      `${folder}: expected images (${IMAGE_ENDINGS.join(" ")}) in this folder, found none`,
      { folder },
    );
  }
  return names.sort().map((name) => join(folder, name));
}

function isImageName(path: string): boolean {
  const ending = extname(path).toLowerCase();
  return IMAGE_ENDINGS.some((each) => each === ending) && !OWN_RESULT.test(path);
}

function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** Patterns are written with forward slashes; a backslash is a separator on Windows alone. */
function toPattern(path: string): string {
  return sep === "\\" ? path.replaceAll("\\", "/") : path;
}
