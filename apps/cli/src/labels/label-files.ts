import { readdir, readFile, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { NotFoundError } from "@sam2js/core";
import { type DataSetFile, isAnnotationFile } from "@sam2js/masks";

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
  return [...new Set(paths)].map((path) => ({ path: slashed(path), read: () => readFile(path) }));
}

/** All files of a folder and of folders within it, by their names. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return files.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

function slashed(path: string): string {
  return path.replaceAll(sep, "/");
}
