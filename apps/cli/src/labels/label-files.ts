import { readFile, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { NotFoundError } from "@sam2js/core";
import { type DataSetFile, isAnnotationFile } from "@sam2js/masks";
import { compareNames } from "@sam2js/media";
import { glob } from "tinyglobby";

/**
 * The files of annotations that arguments name: files as they are, of folders all that look like annotations, in folders within them too.
 *
 * @throws {NotFoundError} an argument names nothing
 */
export async function labelFiles(args: readonly string[]): Promise<DataSetFile[]> {
  const paths: string[] = [];
  for (const path of args) {
    const found = await stat(path).catch(() => undefined);
    if (!found) {
      const expected = "a file of annotations or a folder of them";
      throw NotFoundError.expected(path, expected, "nothing", "check the path");
    }
    if (found.isDirectory())
      paths.push(...(await filesIn(path)).filter((each) => isAnnotationFile(slashed(each))));
    else paths.push(path);
  }
  // However it is written, a file is read once: its objects would be there twice.
  const different = new Map(paths.map((path) => [resolve(path), path]));
  return [...different.values()].map((path) => ({ path: slashed(path), read: () => readFile(path) }));
}

/** All files of a folder and of folders within it, in the order of their names; hidden ones are left out, links are followed. */
export async function filesIn(folder: string): Promise<string[]> {
  const names = await glob("**/*", { cwd: folder, expandDirectories: false });
  return names.sort(compareNames).map((name) => join(folder, name));
}

function slashed(path: string): string {
  return path.replaceAll(sep, "/");
}
